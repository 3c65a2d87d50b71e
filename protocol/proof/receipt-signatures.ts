import type { Receipt } from '../receipt.ts';
import type { SessionEntry } from '../record.ts';
import { Side } from '../session.ts';
import { type AccountReport, accountsOf, type Finding, type ReadAccounts } from './account.ts';
import { agentKeys } from './agents-in-turn.ts';
import { fromBase64 } from './base64.ts';
import { consoleTurns } from './consoles-in-turn.ts';
import { toHex } from './hex.ts';
import { isSessionEntry } from './known-entries.ts';
import { digestInputOf } from './named-by-digest.ts';
import type { ProofCrypto } from './proven-entry.ts';
import { joined } from './signed-note.ts';
import { signedMessage } from './statement.ts';
import { compare, deedOf } from './statement-and-entry.ts';

/** A finding, with the entry that it is about. */
export interface LocatedFinding extends Finding {
  readonly entry?: SessionEntry;
}

/** What one end signed of a session, as far as its entries show. */
export interface SignedAccount {
  readonly side: Side;
  readonly state: AccountReport['state'];
  /** How many of its statements are here with a right signature. */
  readonly statements: number;
  /** Of the keys that it signs with. */
  readonly fingerprints: readonly string[];
  readonly findings: readonly LocatedFinding[];
  /** Its own deeds, as the broker wrote them down, that no signature of it speaks for. */
  readonly unsigned: readonly SessionEntry[];
}

const utf8 = new TextEncoder();

/** The entries of a receipt that are of a kind known here, as they are stored. */
export const entriesOf = ({ entries }: Pick<Receipt, 'entries'>): SessionEntry[] =>
  entries.map(({ entry, leaf }): unknown => ({ ...entry, seq: leaf + 1 })).filter(isSessionEntry);

/**
 * What both ends signed, checked against these entries: each side that took part. `entries` are a session's, in their
 * order, and were proven before. Anybody can check it: nothing is believed of the broker but what the ends' keys say too.
 */
export function checkSignatures(crypto: ProofCrypto, entries: readonly SessionEntry[]): SignedAccount[] {
  const accounts = accountsOf(
    entries,
    ({ signingKey, text, signature }) => {
      const [publicKey, signed] = [fromBase64(signingKey), fromBase64(signature)];
      return (
        publicKey !== undefined &&
        signed !== undefined &&
        crypto.verify(publicKey, utf8.encode(signedMessage(text)), signed)
      );
    },
    (entry) => toHex(crypto.sha256(digestInputOf(entry))),
  );
  return Side.options.flatMap((side) => {
    const report = accounts.reports[side];
    if (report === undefined) return [];
    const { state, statements, findings } = report;
    return {
      side,
      state,
      statements,
      fingerprints: [...accounts.keys[side]].map((key) => keyFingerprint(crypto, key)),
      findings: findings.map((finding) => located(finding, entries)),
      unsigned: unsignedDeeds(side, entries, accounts),
    };
  });
}

/** Whether what was signed has no last line, which counts the others: then nothing shows that none was left out behind the end. */
export const lackTheirEnd = (accounts: readonly SignedAccount[]): boolean =>
  accounts.some(({ findings }) => findings.some(({ about }) => about === 'not-closed'));

/** Sixteen digits that tell a signing key (base64) from others. */
export const keyFingerprint = ({ sha256 }: Pick<ProofCrypto, 'sha256'>, key: string): string =>
  toHex(
    sha256(joined(utf8.encode('countersign key fingerprint'), fromBase64(key) ?? new Uint8Array())),
  ).slice(0, 16);

function located(finding: Finding, entries: readonly SessionEntry[]): LocatedFinding {
  const entry = entries.find(({ id }) => id === finding.entryId);
  return { ...finding, ...(entry && { entry }) };
}

function unsignedDeeds(
  side: Side,
  entries: readonly SessionEntry[],
  { stated }: ReadAccounts,
): SessionEntry[] {
  const keyAt = agentKeys(entries);
  const { keysAt } = consoleTurns(entries);
  const theirs = stated.filter(({ statement }) => statement.side === side);
  return entries.filter((deed) => {
    const key = keyAt(deed);
    return (
      deedOf(deed) === side &&
      !theirs.some(
        ({ entry, statement: { says } }) =>
          (side === 'technician' ? keysAt(deed).has(entry.signingKey) : entry.signingKey === key) &&
          compare(says, deed, key) === 'agrees',
      )
    );
  });
}
