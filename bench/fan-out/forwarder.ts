/** Something that takes one stream and gives it to each who watches, encrypted for each as in WebRTC (SRTP, RFC 3711). */
export interface Forwarder {
  /** The process that forwards. */
  readonly pid: number;
  /** A stream that is sent to `port`, until `close`. */
  publish(): Promise<{ readonly port: number; watch(port: number): Promise<void>; close(): Promise<void> }>;
  close(): Promise<void>;
}
