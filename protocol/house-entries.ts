import { z } from 'zod';
import { Email, Role } from './access.ts';
import { open, personal } from './classification.ts';
import { Sha256 } from './file-messages.ts';
import { VerificationOutcome } from './log-verification.ts';
import { SigningKey } from './proof/signing-key.ts';
import { type RecordTypes, session, user } from './record-type.ts';
import { DatedKind } from './retention-kinds.ts';
import { Instant } from './text.ts';

/** A question that somebody asked of the log, and how many sessions it found. */
const asked = {
  ...user,
  address: personal(z.string()),
  filters: personal(z.record(z.string(), z.string())),
  /** Of the `question.worded` directly before it, which goes earlier. */
  questionId: open(z.uuid().optional()),
};
/** What a deletion goes by: data of `kind` from before, of one team where that has a period of its own. */
const rule = { kind: DatedKind, before: Instant, team: z.string().optional() };

/** What happens in the house around sessions: who comes in, who reads, what is kept, deleted, rotated and proven. */
export const HOUSE_ENTRIES = {
  'signing-key.added': {
    keep: 'sign-in-log',
    fields: z.object({ ...user, signingKey: open(SigningKey) }),
  },
  'sign-in.succeeded': {
    keep: 'sign-in-log',
    fields: z.object({ ...user, address: personal(z.string()), userAgent: personal(z.string()) }),
  },
  'sign-in.failed': {
    keep: 'sign-in-log',
    fields: z.object({
      email: personal(z.string()),
      address: personal(z.string()),
      reason: open(z.enum(['wrong', 'disabled', 'too-many-tries'])),
    }),
  },
  'sign-in.ended': {
    keep: 'sign-in-log',
    fields: z.object({ ...user, reason: open(z.enum(['signed-out', 'revoked', 'user-disabled'])) }),
  },
  'user.added': {
    keep: 'access-log',
    fields: z.object({
      ...user,
      email: personal(Email),
      name: personal(z.string()),
      role: open(Role),
      teams: open(z.array(z.string())),
      by: open(z.string()),
    }),
  },
  'user.changed': {
    keep: 'access-log',
    fields: z.object({
      ...user,
      disabled: open(z.boolean().optional()),
      role: open(Role.optional()),
      teams: open(z.array(z.string()).optional()),
      passwordChanged: open(z.boolean().optional()),
      by: open(z.string()),
    }),
  },
  'api-key.added': {
    keep: 'access-log',
    fields: z.object({
      ...user,
      keyId: open(z.uuid()),
      name: open(z.string()),
      expiresAt: open(Instant),
      by: open(z.string()),
    }),
  },
  'api-key.revoked': {
    keep: 'access-log',
    fields: z.object({ ...user, keyId: open(z.uuid()), by: open(z.string()) }),
  },
  'record.read': {
    keep: 'access-log',
    fields: z.object({ ...session, ...user, address: personal(z.string()) }),
  },
  'receipt.issued': {
    keep: 'access-log',
    /** To the customer; `size` of the log that it proves. */
    fields: z.object({
      receiptOf: open(z.uuid()),
      address: personal(z.string()),
      size: open(z.number().int()),
    }),
  },
  /** What was typed to find somebody: it may be anybody's name or number. By the names of the filters. */
  'question.worded': {
    keep: 'search-words',
    fields: z.object({
      questionId: open(z.uuid()),
      words: personal(z.record(z.string(), z.string())),
    }),
  },
  'record.exported': {
    keep: 'access-log',
    fields: z.object({
      ...asked,
      format: open(z.string()),
      /** Of a CSV file, when not all; in their order. */
      columns: open(z.array(z.string()).optional()),
      /** Whether each record came with its entries whole, and their proofs. */
      proofs: open(z.boolean()),
      /** How many matched when it began; absent where counting would be slow. */
      records: open(z.number().int().optional()),
      /** `record.export-ended` names it. */
      exportId: open(z.uuid().optional()),
    }),
  },
  /** How the export of `exportId` ended. Without one the broker was ended meanwhile. */
  'record.export-ended': {
    keep: 'access-log',
    fields: z.object({
      userId: open(z.uuid()),
      exportId: open(z.uuid()),
      /** How many sessions left, or of one that is not whole, were on their way at most. */
      records: open(z.number().int()),
      isWhole: open(z.boolean()),
    }),
  },
  'log.searched': {
    keep: 'access-log',
    /** A search for a person in the session log; the same question again within minutes is not another one. */
    fields: z.object({
      ...asked,
      /** How many sessions were found; absent where counting would be slow. */
      found: open(z.number().int().optional()),
    }),
  },
  'log.listed': {
    keep: 'access-log',
    /** A page of the session log was read that looks for nobody; the same list again within minutes is not another one. */
    fields: z.object({
      ...asked,
      /** As of a search. */
      found: open(z.number().int().optional()),
    }),
  },
  'statistics.read': {
    keep: 'access-log',
    /** Figures of other people's sessions; the same question again within minutes is not another one. */
    fields: z.object({
      ...asked,
      /** How many sessions were counted. */
      found: open(z.number().int()),
    }),
  },
  'access-log.read': {
    keep: 'access-log',
    /** Somebody looked at who read what; `format` when they took it away as a file, before that was an entry of its own. */
    fields: z.object({
      ...asked,
      format: open(z.string().optional()),
      /** Whether that file holds the entries whole, with their proofs. */
      proofs: open(z.boolean().optional()),
    }),
  },
  /** Somebody took who read what away as a file. */
  'access-log.exported': {
    keep: 'access-log',
    fields: z.object({
      ...asked,
      format: open(z.string()),
      /** Whether it holds the entries whole, with their proofs. */
      proofs: open(z.boolean()),
      /** `access-log.export-ended` names it. */
      exportId: open(z.uuid()),
    }),
  },
  /** How the export of `exportId` ended. Without one the broker was ended meanwhile. */
  'access-log.export-ended': {
    keep: 'access-log',
    fields: z.object({
      userId: open(z.uuid()),
      exportId: open(z.uuid()),
      /** How many entries left, or of one that is not whole, were on their way at most. */
      entries: open(z.number().int()),
      isWhole: open(z.boolean()),
    }),
  },
  /** Before anything is read. */
  'log.verification-started': { keep: 'access-log', fields: z.object({ by: open(z.string()) }) },
  'log.verified': {
    keep: 'access-log',
    fields: z.object({
      by: open(z.string()),
      startedAt: open(Instant),
      outcome: open(VerificationOutcome),
      /** Entries ever logged; absent where that could not be read. */
      size: open(z.number().int().optional()),
      /** Of what was logged. */
      findings: open(z.number().int()),
      /** How many sessions are not what was signed; absent where there are none. */
      notAsSigned: open(z.number().int().optional()),
      /** The leaves that findings name: see leaf-ranges.ts. */
      leaves: open(z.string()),
    }),
  },
  'settings.changed': {
    keep: 'access-log',
    fields: z.object({ by: open(z.string()), changed: open(z.array(z.string())) }),
  },
  /**
   * The rules in force from here on, whoever set them. The newest one tells a start whether somebody wrote others into the settings
   * file, and a restore by what to go.
   */
  'rules.recorded': {
    keep: 'log-proof',
    fields: z.object({
      retention: open(z.record(z.string(), z.number().int())),
      retentionOfTeams: open(z.record(z.string(), z.record(z.string(), z.number().int().optional()))),
      reading: open(z.record(z.string(), z.record(z.string(), z.union([z.string(), z.boolean()])))),
      /** The organisation's name and the consent text: the SHA-256 of each, or `default`. Absent from entries of earlier versions. */
      texts: open(z.record(z.string(), z.string()).optional()),
    }),
  },
  'key.rotated': {
    keep: 'access-log',
    fields: z.object({
      key: open(z.enum(['master', 'data'])),
      /** Fingerprints: they tell keys apart and nothing about them. */
      from: open(z.string()),
      to: open(z.string()),
      /** `prepared`: both keys open the data; `done`: the old one does not any more. */
      stage: open(z.enum(['prepared', 'done'])),
      by: open(z.string()),
    }),
  },
  'log.key-rotated': {
    keep: 'log-proof',
    fields: z.object({
      /** Raw Ed25519 public keys, base64. */
      previousKey: open(z.base64()),
      key: open(z.base64()),
      /** The old key's, over "countersign log key v1\n", the new key in base64, "\n". Absent where the old key was lost. */
      signature: open(z.base64().optional()),
      by: open(z.string()),
    }),
  },
  'backup.made': {
    keep: 'access-log',
    fields: z.object({ size: open(z.number().int()), sha256: open(Sha256), by: open(z.string()) }),
  },
  'backup.restored': {
    keep: 'log-proof',
    fields: z.object({
      /** When the backup was made that the record goes on from. */
      madeAt: open(Instant),
      /** The leaves whose entries were deleted again, because they had been deleted since: "0-199,205"; may be none. */
      leaves: open(z.string()),
      /** Which era of the log begins here, as the deletion ledger counts them: its first has no such entry. */
      era: open(z.number().int()),
      /** How many lines of the deletion ledger nobody could check, so that they were not obeyed; absent where there were none. */
      ledgerLinesNotObeyed: open(z.number().int().optional()),
      by: open(z.string()),
    }),
  },
  /** Before a run: what it is going to delete. */
  'retention.ran': {
    keep: 'access-log',
    fields: z.object({
      /** A user's id, `command-line`, or `schedule`. */
      by: open(z.string()),
      /** In sessions where a kind goes with these, else in entries (saved views in views). */
      planned: open(z.array(z.object({ ...rule, due: z.number().int() }))),
    }),
  },
  /** A deletion certificate, written in one transaction with the deletion that it tells of. */
  'retention.deleted': {
    keep: 'log-proof',
    fields: z.object({
      kind: open(rule.kind),
      before: open(rule.before),
      team: open(rule.team),
      /** The leaves that are gone: see leaf-ranges.ts. */
      leaves: open(z.string()),
      entries: open(z.number().int()),
      sessions: open(z.number().int()),
    }),
  },
} as const satisfies RecordTypes;
