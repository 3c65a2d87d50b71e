import type { NO_SUCH_FILE } from '../../file-reason.ts';
import type { FileSink } from '../../file-receiver.ts';
import type { FileSource, RunningHash } from '../../file-sender.ts';

/** A file on its way in, as the customer said yes to it. */
export interface ArrivingFile {
  /** As `safeFileName` answered it. */
  readonly name: string;
  readonly fileId: string;
  readonly size: number;
}

/** Where the file is in the end; nothing where this end does not learn it. */
export interface SavedFile {
  readonly path?: string;
}

/** A file that the technician asked for, as the customer decides about it. */
export interface AskedFile {
  /** What the customer reads is what would be sent. */
  readonly path: string;
  readonly size?: number;
  /** Why it cannot be sent, as a sentence. */
  readonly problem?: string;
  /** The same in one word, for the technician and the record. */
  readonly reason?: (typeof NO_SUCH_FILE)[number];
}

/** A file of the customer's own, ready to be read. */
export interface GivenFile {
  readonly name: string;
  readonly source: FileSource;
  /** Called when it cannot be read to its end any more. */
  onGone?(listener: () => void): void;
}

/** Where files come from and go to at this end: the disk, or what a browser lets a page have of it. `Own`: as the customer chose one. */
export interface FilePlaces<Own> {
  /** As a person reads it; empty where there is none. */
  readonly receivedFolder: string;
  startHash(): RunningHash;
  /** Throws a FileProblem when it cannot be written. `alreadyThere`: bytes from an earlier try, which `hash` was given. */
  arrive(file: ArrivingFile, hash: RunningHash): Promise<{ sink: FileSink<SavedFile>; alreadyThere: number }>;
  /** What this path means here. Never rejects. */
  lookUp(path: string, fileId: string): Promise<AskedFile>;
  /** Opens what `lookUp` answered for this file. Throws a FileProblem when it is not there any more. */
  openAsked(asked: AskedFile, fileId: string): Promise<GivenFile>;
  open(own: Own): GivenFile;
  /** Throws an Error whose message is a sentence for the customer. */
  showFolder(): Promise<void>;
}
