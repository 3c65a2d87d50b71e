import type { WatchingState } from '../watching.ts';
import { canonicalJson } from './canonical-json.ts';

/** Who stood before the customer, as the bytes that are hashed for their answer: its statement names nobody. */
export const watcherDigestInput = ({
  watchingId,
  name,
  role,
  because,
}: Pick<WatchingState, 'watchingId' | 'name' | 'role' | 'because'>): Uint8Array =>
  new TextEncoder().encode(canonicalJson({ watchingId, name, role, because }));
