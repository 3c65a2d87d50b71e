import type { LogState, WitnessReport } from '../../protocol/log-state.ts';
import { parseKeyText } from '../../protocol/proof/signed-note.ts';
import { fingerprint } from '../records/keys/key-wrapper.ts';
import { sha256 } from '../records/transparency/node-crypto.ts';
import type { TransparencyLog } from '../records/transparency-log.ts';

/** @throws Refusal `not-found` while nothing was ever written. */
export async function logState(
  log: TransparencyLog,
  witnesses: readonly Omit<WitnessReport, 'behind'>[],
): Promise<LogState> {
  const [{ origin, size, root, keys }, signedAt] = await Promise.all([log.checkpoint(), log.signedAt()]);
  const text = keys.at(-1) ?? '';
  const key = parseKeyText(text, sha256);
  return {
    origin,
    size,
    root,
    ...(signedAt !== undefined && { signedAt }),
    key: { text, fingerprint: key === undefined ? '' : fingerprint(key.publicKey) },
    witnesses: witnesses.map(({ agreedSize, ...rest }) => ({
      ...rest,
      // It may have agreed to a checkpoint that came after the one that was read above.
      ...(agreedSize !== undefined && { agreedSize, behind: Math.max(0, size - agreedSize) }),
    })),
  };
}
