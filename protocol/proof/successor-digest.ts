import { canonicalJson } from './canonical-json.ts';

/** Who stood before the customer as the one to go on, as the bytes that are hashed for their answer: its statement names nobody. */
export const successorDigestInput = (
  passingId: string,
  { name, team }: { name: string; team?: string | undefined },
): Uint8Array =>
  new TextEncoder().encode(canonicalJson({ passingId, name, ...(team === undefined ? {} : { team }) }));
