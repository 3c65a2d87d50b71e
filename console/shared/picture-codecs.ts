/**
 * Codecs for pictures of screens, best first: VP9 and AV1 keep text sharp at few bytes; VP9 costs a processor without a
 * chip for it much less. Each at a level that takes 4096 x 2160.
 */
export const PICTURE_CODECS: readonly string[] = ['vp09.00.51.08', 'av01.0.13M.08', 'vp8', 'avc1.640034'];

const USUAL = { width: 1920, height: 1080 };

/** Asked once, and again where a browser under load knew none: it starts a process of its own to answer. */
let decodable: Promise<string[]> | undefined;
let encodable: Promise<string[]> | undefined;

/** Those that this browser decodes. */
export function decodableCodecs(): Promise<string[]> {
  decodable ??= filtered(async (codec) => {
    const { supported } = await VideoDecoder.isConfigSupported({
      codec,
      codedWidth: USUAL.width,
      codedHeight: USUAL.height,
    });
    return supported === true;
  });
  return answered(decodable, () => {
    decodable = undefined;
  });
}

/** Those that this browser encodes. */
export function encodableCodecs(): Promise<string[]> {
  encodable ??= filtered(async (codec) => {
    const { supported } = await VideoEncoder.isConfigSupported(
      encoderConfig(codec, USUAL.width, USUAL.height),
    );
    return supported === true;
  });
  return answered(encodable, () => {
    encodable = undefined;
  });
}

/** Bits for each pixel of each frame: enough that small text is readable in the frame that it changes in. */
const BITS_PER_PIXEL = 0.1;
const FRAMES_A_SECOND = 30;

export function encoderConfig(codec: string, width: number, height: number): VideoEncoderConfig {
  // H.264 knows only even sides.
  const even = codec.startsWith('avc1') ? ~1 : ~0;
  const config: VideoEncoderConfig & { contentHint: string } = {
    codec,
    width: width & even,
    height: height & even,
    bitrate: Math.round(width * height * BITS_PER_PIXEL * FRAMES_A_SECOND),
    framerate: FRAMES_A_SECOND,
    latencyMode: 'realtime',
    contentHint: 'detail',
    ...(codec.startsWith('avc1') ? { avc: { format: 'annexb' as const } } : {}),
  };
  return config;
}

async function filtered(isFine: (codec: string) => Promise<boolean>): Promise<string[]> {
  const answers = await Promise.all(
    // A browser may throw for a codec that it has never heard of.
    PICTURE_CODECS.map((codec) => isFine(codec).catch(() => false)),
  );
  return PICTURE_CODECS.filter((_, index) => answers[index]);
}

async function answered(asking: Promise<string[]>, askAgain: () => void): Promise<string[]> {
  const codecs = await asking;
  if (codecs.length === 0) askAgain();
  return codecs;
}
