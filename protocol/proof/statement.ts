import { z } from 'zod';
import { AnswerMode } from '../consent.ts';
import { FileOutcome, FileSize, FileTool, Sha256 } from '../file-messages.ts';
import { EndedBy, EndReason, SessionStatus, Side } from '../session.ts';
import { Surface } from '../surface.ts';
import { Instant } from '../text.ts';
import { Tool } from '../tool.ts';
import { canonicalJson } from './canonical-json.ts';
import { MAX_STATEMENT_CHARACTERS } from './signed-statement.ts';
import { SigningKey } from './signing-key.ts';

/** Stands before the text of every statement that is signed, so that no other text can be taken for one. */
const STATEMENT_CONTEXT = 'countersign statement v1\n';

/** The consent text that was in front of the customer: its version, and the SHA-256 of its UTF-8. */
export const ShownText = z.strictObject({ textVersion: z.string().max(200), textSha256: Sha256 });
export type ShownText = z.infer<typeof ShownText>;

const tools = z.array(Tool).max(Tool.options.length);
const lane = { tool: Tool, laneId: z.uuid() };
const laneBytes = z.number().int().min(0);

/** What a statement says. Nothing in it names a person or a file, so that an account is kept as long as its session. */
export const Says = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('consent.answered'),
    requestId: z.uuid(),
    allowed: tools,
    refused: tools,
    mode: AnswerMode,
    ...ShownText.shape,
  }),
  z.strictObject({ type: z.literal('consent.volunteered'), tool: Tool, ...ShownText.shape }),
  z.strictObject({ type: z.literal('grant.revoked'), tool: Tool }),
  /** What the customer chose to show, as their browser tells. */
  z.strictObject({ type: z.literal('surface.shared'), surface: Surface }),
  /** Whether somebody else of the organisation may watch. `watcherSha256`: who stood before the customer (watcher-digest.ts). */
  z.strictObject({
    type: z.literal('watching.answered'),
    watchingId: z.uuid(),
    allowed: z.boolean(),
    mode: AnswerMode,
    watcherSha256: Sha256,
  }),
  /** Whether a colleague may go on in the technician's place. `successorSha256`: who stood before the customer (successor-digest.ts). */
  z.strictObject({
    type: z.literal('passing.answered'),
    passingId: z.uuid(),
    allowed: z.boolean(),
    mode: AnswerMode,
    successorSha256: Sha256,
  }),
  z.strictObject({ type: z.literal('watching.stopped'), watchingId: z.uuid() }),
  /** The technician let the computer in whose agent signs with this key, or with none. */
  z.strictObject({ type: z.literal('computer.admitted'), signingKey: SigningKey.optional() }),
  /** This end of the lane is open. Whether the other one came shows in the bytes. */
  z.strictObject({ type: z.literal('tool.started'), ...lane }),
  /** It is closed. Payload bytes that this end gave to the network and took from it. */
  z.strictObject({ type: z.literal('tool.stopped'), ...lane, sent: laneBytes, received: laneBytes }),
  z.strictObject({
    type: z.literal('file.finished'),
    fileId: z.uuid(),
    tool: FileTool,
    outcome: FileOutcome,
    bytes: FileSize,
    sha256: Sha256.optional(),
    /** SHA-256 of a salt and the file's name (`nameDigestInput`); both are told beside the account, and forgotten earlier. */
    nameSha256: Sha256.optional(),
  }),
  /**
   * The last line of a browser that hands over: to the program that signs with this key, with what stays allowed, and how
   * many statements there are with this one.
   */
  z.strictObject({
    type: z.literal('agent.handed-over'),
    signingKey: SigningKey,
    allowed: tools,
    statements: z.number().int().min(1),
  }),
  /** The last line of a technician who passed the session on. */
  z.strictObject({
    type: z.literal('session.passed'),
    passingId: z.uuid(),
    statements: z.number().int().min(1),
  }),
  /** The last line: how this end saw it end, and how many statements there are with this one. */
  z.strictObject({
    type: z.literal('session.ended'),
    status: SessionStatus,
    endedBy: EndedBy.optional(),
    reason: EndReason.optional(),
    statements: z.number().int().min(1),
  }),
]);
export type Says = z.infer<typeof Says>;
export type SaysOf<Type extends Says['type']> = Extract<Says, { type: Type }>;

const OF_BOTH = ['tool.started', 'tool.stopped', 'file.finished', 'session.ended'] as const;
/** What each side can say of itself. */
export const MAY_SAY: Record<Side, readonly Says['type'][]> = {
  customer: [
    ...OF_BOTH,
    'consent.answered',
    'consent.volunteered',
    'grant.revoked',
    'surface.shared',
    'agent.handed-over',
    'watching.answered',
    'watching.stopped',
    'passing.answered',
  ],
  technician: [...OF_BOTH, 'computer.admitted', 'session.passed'],
};

/** One line of an end's own account of a session. */
export const Statement = z.strictObject({
  session: z.uuid(),
  side: Side,
  /** Counts from 1 for each key in each session: a number that is missing was kept back or lost. */
  number: z.number().int().min(1).max(1_000_000),
  /** By the clock of the end that says it. */
  at: Instant,
  says: Says,
});
export type Statement = z.infer<typeof Statement>;

/** The one text of a statement (RFC 8785). */
export const statementText = (statement: Statement): string => canonicalJson(statement);

/** What is signed. */
export const signedMessage = (text: string): string => STATEMENT_CONTEXT + text;

/** Why a statement was not taken. `missing`: of an end that has a key, and said this without its signature. */
export const StatementFault = z.enum([
  'missing',
  'no-key',
  'form',
  'session',
  'side',
  'signature',
  'number',
  'says-other',
]);
export type StatementFault = z.infer<typeof StatementFault>;

/** Why a technician's browser cannot sign. */
export const UnsignedReason = z.enum(['not-secure', 'no-ed25519', 'no-storage', 'key-lost', 'other']);
export type UnsignedReason = z.infer<typeof UnsignedReason>;

/** The statement that a text makes, if it is one in its canonical form and says what its side can say. */
export function readStatement(text: string): Statement | undefined {
  if (text.length > MAX_STATEMENT_CHARACTERS) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // not JSON: no statement
  }
  const { success, data } = Statement.safeParse(value);
  if (!success || !MAY_SAY[data.side].includes(data.says.type)) return undefined;
  return text.isWellFormed() && statementText(data) === text ? data : undefined;
}
