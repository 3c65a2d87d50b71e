import { z } from 'zod';

/**
 * How data of a kind comes to its end. `session`: by the session's end, and the whole session goes with it.
 * `session-part`: by the session's end too, but earlier than the rest. `by-itself`: by its own age. `view`: by when it
 * was last kept; it is no entry. `never`: it does not.
 */
export type Ending = 'session' | 'session-part' | 'by-itself' | 'view' | 'never';

interface Described {
  /** As people read it in tables and certificates. */
  readonly name: string;
  readonly holds: string;
  readonly purpose: string;
  /** Why the law lets it be kept so long; an organisation checks this against its own law. */
  readonly ground: string;
}
interface Dated extends Described {
  readonly ends: Exclude<Ending, 'never'>;
  /** Bounds that no setting may leave. */
  readonly days: { readonly min: number; readonly default: number; readonly max: number };
}
interface Undated extends Described {
  readonly ends: 'never';
}

/**
 * Every kind of data, once. Settings, deletion, previews, certificates, the command line and the console follow from this
 * table; a new kind is one row here and the record types that name it (docs/retention.md).
 */
export const RETENTION_KINDS = {
  'session-record': {
    name: 'Session records',
    holds:
      'Who helped whom, from where, why and how long; which tools were asked for, allowed and used; sizes and hashes of files.',
    purpose: 'To show what was done on a customer’s computer, and that they allowed it.',
    ground:
      'Legitimate interest in proof of consent and work (GDPR Art. 6(1)(f)); longer where a law asks (Art. 6(1)(c)).',
    ends: 'session',
    days: { min: 30, default: 365, max: 3650 },
  },
  'contact-details': {
    name: 'Contact details and notes',
    holds:
      'Contact person, phone and e-mail of the customer, the text of the technician’s notes, and why a session was offered to a colleague.',
    purpose: 'To call back, and to hand a case over while it is fresh.',
    ground: 'Performance of the support contract (GDPR Art. 6(1)(b)). May name the customer’s own clients.',
    ends: 'session-part',
    days: { min: 1, default: 42, max: 365 },
  },
  'chat-and-file-names': {
    name: 'File names',
    holds: 'Names of files that were sent. Chat itself is not kept at all.',
    purpose: 'To find which file was meant while questions about it still come.',
    ground: 'Performance of the support contract (GDPR Art. 6(1)(b)). May name the customer’s own clients.',
    ends: 'session-part',
    days: { min: 1, default: 42, max: 42 },
  },
  'sign-in-log': {
    name: 'Sign-in log',
    holds: 'Who signed in or tried to, when, from which address and browser.',
    purpose: 'To notice and follow up misuse of accounts.',
    ground: 'Security of processing (GDPR Art. 32 and 6(1)(f)).',
    ends: 'by-itself',
    days: { min: 30, default: 180, max: 730 },
  },
  'access-log': {
    name: 'Access log',
    holds:
      'Who read, exported or searched records, without the words; changes of users, API keys, settings; runs of the deletion job.',
    purpose: 'To show who saw personal data, and who could.',
    ground: 'Accountability (GDPR Art. 5(2) and 6(1)(f)).',
    ends: 'by-itself',
    days: { min: 90, default: 365, max: 3650 },
  },
  'search-words': {
    name: 'Words of searches',
    holds:
      'What was typed to find sessions: names, companies, numbers, names of files. That somebody searched stays in the access log.',
    purpose: 'To show whom somebody looked for, while questions about it still come.',
    ground: 'Accountability (GDPR Art. 5(2) and 6(1)(f)). May name the customer’s own clients.',
    ends: 'by-itself',
    days: { min: 1, default: 42, max: 365 },
  },
  'saved-views': {
    name: 'Saved views',
    holds:
      'Searches of the session log that users keep under a name. They may name a person. Counted from when one was last kept.',
    purpose: 'To ask again what is asked often.',
    ground:
      'Legitimate interest in working order (GDPR Art. 6(1)(f)). May name customers, whose records go earlier.',
    ends: 'view',
    days: { min: 1, default: 365, max: 730 },
  },
  'log-proof': {
    name: 'Proofs of the log',
    holds:
      'Deletion certificates, the rules in force and changes of the signing key: which leaves went, by which rule. No personal data.',
    purpose: 'To show that what is missing was deleted by rule, and nothing else.',
    ground: 'Holds no personal data; accountability (GDPR Art. 5(2)).',
    ends: 'never',
  },
} as const satisfies Record<string, Dated | Undated>;

/**
 * A kind of data that is kept equally long. An entry belongs to exactly one kind and is deleted whole,
 * so what must go earlier than the session record stands in an entry of its own.
 */
export type RetentionKind = keyof typeof RETENTION_KINDS;
type Table = typeof RETENTION_KINDS;
type KindThatEnds<Some extends Ending> = {
  [Kind in RetentionKind]: Table[Kind]['ends'] extends Some ? Kind : never;
}[RetentionKind];

/** Kinds that are deleted some day. */
export type DatedKind = KindThatEnds<'session' | 'session-part' | 'by-itself' | 'view'>;
/** Kinds whose period a team may set for its own sessions. */
export type SessionKind = KindThatEnds<'session' | 'session-part'>;
export type PartKind = KindThatEnds<'session-part'>;

const kindsThatEnd = <Some extends Ending>(...endings: Some[]): KindThatEnds<Some>[] =>
  (Object.keys(RETENTION_KINDS) as RetentionKind[]).filter((kind) =>
    (endings as Ending[]).includes(RETENTION_KINDS[kind].ends),
  ) as KindThatEnds<Some>[];

export const DATED_KINDS: readonly DatedKind[] = kindsThatEnd('session', 'session-part', 'by-itself', 'view');
export const SESSION_KINDS: readonly SessionKind[] = kindsThatEnd('session', 'session-part');
export const PART_KINDS: readonly PartKind[] = kindsThatEnd('session-part');

/** Whether data of a kind go with a session; otherwise each goes by itself, whatever the team. */
export const goesWithSession = (kind: RetentionKind): boolean =>
  (SESSION_KINDS as readonly RetentionKind[]).includes(kind);

export const RetentionKind = z.enum(Object.keys(RETENTION_KINDS) as [RetentionKind, ...RetentionKind[]]);
export const DatedKind = z.enum(DATED_KINDS as [DatedKind, ...DatedKind[]]);
export const PartKind = z.enum(PART_KINDS as [PartKind, ...PartKind[]]);
