import { z } from 'zod';
import { Role } from '../../protocol/access.ts';
import type { AccessRow } from '../../protocol/access-log.ts';
import { VerificationOutcome } from '../../protocol/log-verification.ts';
import { DatedKind, goesWithSession, RETENTION_KINDS } from '../../protocol/retention-kinds.ts';
import { entryNumbers } from '../shared/entry-numbers.ts';
import { isolated } from '../shared/isolated.ts';
import { dayOf, timeWithSecondsOf } from '../shared/moments.ts';
import { nameOf } from '../shared/person-name.ts';
import { t } from '../shared/strings.ts';
import { settingWords } from './setting-words.ts';

/** What one entry says, for a reader: the deed, and its particulars. */
export interface AccessWords {
  readonly deed: string;
  readonly detail?: string;
}

const text = t.reads;

const Details = z.looseObject({
  found: z.number().optional(),
  records: z.number().optional(),
  format: z.string().optional(),
  columns: z.array(z.string()).optional(),
  proofs: z.boolean().optional(),
  isWhole: z.boolean().optional(),
  entries: z.number().optional(),
  reason: z.string().optional(),
  name: z.string().optional(),
  role: Role.optional(),
  teams: z.array(z.string()).optional(),
  disabled: z.boolean().optional(),
  passwordChanged: z.boolean().optional(),
  userAgent: z.string().optional(),
  changed: z.array(z.string()).optional(),
  outcome: VerificationOutcome.optional(),
  size: z.number().optional(),
  findings: z.number().optional(),
  notAsSigned: z.number().optional(),
  stage: z.string().optional(),
  key: z.string().optional(),
  previousKey: z.string().optional(),
  signature: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  madeAt: z.string().optional(),
  leaves: z.string().optional(),
  ledgerLinesNotObeyed: z.number().optional(),
  planned: z.array(z.looseObject({ kind: DatedKind, due: z.number() })).optional(),
});
type Details = z.infer<typeof Details>;

type Say = (details: Details, row: AccessRow) => AccessWords;

const whom = ({ whom }: AccessRow) => (whom === undefined ? text.somebody : nameOf(whom));
const asked = ({ filters }: AccessRow) =>
  Object.entries(filters ?? {})
    .map(([name, value]) => text.filter(name, value))
    .join(' · ') || text.everything;

/** By type of entry. One that this page does not know is shown by its name and with everything that it says. */
const WORDS: Readonly<Record<string, Say>> = {
  'record.read': () => ({ deed: text.read }),
  'log.searched': ({ found }, row) => ({
    deed: text.searched,
    detail: `${asked(row)} · ${text.found(found)}`,
  }),
  'log.listed': ({ found }, row) => ({
    deed: text.listed,
    detail: `${asked(row)} · ${text.found(found)}`,
  }),
  'statistics.read': ({ found = 0 }, row) => ({
    deed: text.readFigures,
    detail: `${asked(row)} · ${text.sessionsCounted(found)}`,
  }),
  'record.exported': ({ format = '', records, columns, proofs }, row) => ({
    deed: proofs === true ? text.exportedWithProofs(format, records) : text.exported(format, records),
    detail: [asked(row), ...(columns === undefined ? [] : [text.onlyColumns(columns)])].join(' · '),
  }),
  'record.export-ended': ({ records = 0, isWhole = false }) => ({ deed: text.exportEnded(records, isWhole) }),
  'access-log.read': ({ format, proofs = false }, row) => ({
    deed: format === undefined ? text.readThis : text.exportedThis(format, proofs),
    detail: asked(row),
  }),
  'access-log.exported': ({ format = '', proofs = false }, row) => ({
    deed: text.exportedThis(format, proofs),
    detail: asked(row),
  }),
  'access-log.export-ended': ({ entries = 0, isWhole = false }) => ({
    deed: text.thisExportEnded(entries, isWhole),
  }),
  'sign-in.succeeded': ({ userAgent }) => ({
    deed: text.signedIn,
    ...(userAgent !== undefined && { detail: userAgent }),
  }),
  'sign-in.failed': ({ reason = '' }) => ({ deed: text.notSignedIn, detail: text.because[reason] ?? reason }),
  'sign-in.ended': ({ reason = '' }) => ({ deed: text.signInEnded[reason] ?? reason }),
  'user.added': ({ role, teams = [], name }, row) => ({
    deed: text.added(name ?? whom(row), role === undefined ? '' : t.roles[role]),
    ...(teams.length > 0 && { detail: text.changes.teams(teams) }),
  }),
  'user.changed': (details, row) => ({ deed: text.changed(whom(row)), detail: changesOf(details) }),
  'api-key.added': ({ name = '' }, row) => ({ deed: text.keyAdded(name, whom(row)) }),
  'api-key.revoked': (_, row) => ({ deed: text.keyRevoked(whom(row)) }),
  'log.verification-started': () => ({ deed: text.verificationStarted }),
  'log.verified': ({ outcome, size, findings = 0, notAsSigned = 0 }) => ({
    deed: text.verified(size),
    ...(outcome !== undefined && {
      detail: text.verifiedAs(t.verification.outcomes[outcome], findings + notAsSigned),
    }),
  }),
  'settings.changed': ({ changed = [] }) => ({
    deed: text.settings,
    detail: changed.map(settingWords).join(' · '),
  }),
  'receipt.issued': () => ({ deed: text.receiptIssued }),
  'signing-key.added': () => ({ deed: text.signingKeyAdded }),
  'key.rotated': ({ key, stage, from = '', to = '' }) => ({
    deed: key === 'data' ? text.dataKeyRotated : text.masterKeyRotated,
    detail: [text.fromTo(from, to), ...(stage === 'prepared' ? [text.rotationBegun] : [])].join(' · '),
  }),
  'log.key-rotated': ({ previousKey = '', key = '', signature }) => ({
    deed: text.logKeyRotated,
    detail: `${text.fromTo(previousKey, key)} · ${signature === undefined ? text.notVouched : text.vouched}`,
  }),
  'backup.made': () => ({ deed: text.backupMade }),
  'backup.restored': ({ madeAt, leaves = '', ledgerLinesNotObeyed }) => ({
    deed: text.backupRestored,
    detail: [
      ...(madeAt === undefined ? [] : [text.asOf(`${dayOf(madeAt)} ${timeWithSecondsOf(madeAt)}`)]),
      leaves === '' ? text.nothingDeletedAgain : text.deletedAgain(entryNumbers(leaves)),
      ...(ledgerLinesNotObeyed === undefined ? [] : [text.notObeyed(ledgerLinesNotObeyed)]),
    ].join(' · '),
  }),
  'retention.ran': ({ planned = [] }) => ({
    deed: text.retention,
    detail: planned
      .map(({ kind, due }) =>
        goesWithSession(kind)
          ? text.dueOfSessions(RETENTION_KINDS[kind].name, due)
          : text.due(RETENTION_KINDS[kind].name, due),
      )
      .join(' · '),
  }),
};

export function wordsOf(row: AccessRow): AccessWords {
  const say = Object.hasOwn(WORDS, row.type) ? WORDS[row.type] : undefined;
  const details = Details.safeParse(row.details);
  if (say === undefined || !details.success) return plainly(row);
  const { deed, detail } = say(details.data, row);
  return { deed, ...(detail !== undefined && detail !== '' && { detail }) };
}

function plainly({ type, details }: AccessRow): AccessWords {
  const all = Object.entries(details).map(
    ([name, value]) => `${name}: ${isolated(typeof value === 'string' ? value : JSON.stringify(value))}`,
  );
  return { deed: type, ...(all.length > 0 && { detail: all.join(' · ') }) };
}

function changesOf({ disabled, role, teams, passwordChanged }: Details): string {
  const { changes } = text;
  return [
    disabled === undefined ? undefined : disabled ? changes.disabled : changes.enabled,
    role === undefined ? undefined : changes.role(t.roles[role]),
    teams === undefined ? undefined : changes.teams(teams),
    passwordChanged === true ? changes.password : undefined,
  ]
    .filter((change) => change !== undefined)
    .join(' · ');
}
