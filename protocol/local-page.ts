import { z } from 'zod';
import { ChatMessage } from './chat.ts';
import { AgentKind } from './computer.ts';
import { ComingProgram, HandOverWay } from './hand-over.ts';
import { SigningKey } from './proof/signing-key.ts';
import { AgentSessionState } from './session-state.ts';
import { Instant } from './text.ts';
import { Tool, ToolSet } from './tool.ts';
import { MicrophoneRefused, NoMicrophone } from './voice.ts';

/**
 * Between the agent and the page that it serves to its customer on 127.0.0.1, under a secret first path segment:
 * WebSocket `/<secret>/live`, JSON text messages; `PUT /<secret>/files?name=...` streams a file that the customer sends.
 * It never crosses the network and both ends are of one version, so it has no number of its own.
 */

export const Transfer = z.object({
  fileId: z.uuid(),
  bytes: z.number().int(),
  bytesPerSecond: z.number(),
  /** Where a received file lies now. */
  savedAs: z.string().optional(),
});
export type Transfer = z.infer<typeof Transfer>;

export const LocalState = z.object({
  agent: AgentKind,
  /** `offline`: the broker does not answer; Stop works all the same, because this end closes everything itself. */
  link: z.enum(['connecting', 'online', 'offline', 'over']),
  /** While `offline`: when the agent gives up and the session is over here. */
  offlineEndsAt: Instant.optional(),
  session: AgentSessionState,
  /** Tools whose lane is open at this end right now, whatever the broker says. */
  inUse: z.array(Tool),
  /** What was used so far: something went over a lane of the technician's. */
  used: z.array(Tool),
  /** Who else sees the screen over a lane that is open at this end: their `watchingId`. */
  watchedBy: z.array(z.uuid()),
  transfers: z.array(Transfer),
  chat: z.array(
    ChatMessage.omit({ by: true }).extend({
      from: z.enum(['technician', 'customer']),
      /** The technician's who wrote it: another one may have the session now. */
      name: z.string().optional(),
    }),
  ),
  /** What an asked path means on this computer. One with a `problem` is answered already, and stays here to be read. */
  asked: z.array(
    z.object({
      fileId: z.uuid(),
      path: z.string(),
      size: z.number().int().optional(),
      problem: z.string().optional(),
    }),
  ),
  receivedFolder: z.string(),
  /** Files in this direction are accepted without asking again, for this session. */
  acceptAll: z.object({ 'file-upload': z.boolean(), 'file-download': z.boolean() }),
  /** Of a page in a browser: what its customer starts the program with. */
  way: HandOverWay.optional(),
  /** The program that came last, and has no part in the session: a no, no answer, or it went. */
  notLetIn: ComingProgram.optional(),
  /** A program was let in and is taking over: nothing but Stop is taken up here meanwhile. */
  isHandingOver: z.boolean().optional(),
  /** It goes on there, and this end has no part in it any more. */
  wentOn: z.boolean().optional(),
  /** After the end: `here` is served as `/<secret>/receipt.json`; `none` when the server gave none. */
  receipt: z.enum(['on-its-way', 'here', 'none']).optional(),
  /** Of a program: which of its pages carries the voice, as that page calls itself. */
  talksOn: z.uuid().optional(),
  /** The last thing that went wrong, as a sentence for the customer. */
  problem: z.string().optional(),
});
export type LocalState = z.infer<typeof LocalState>;

const ConsentAnswer = z.object({
  type: z.literal('consent.answer'),
  requestId: z.uuid(),
  allowed: ToolSet,
});
const ToolAllow = z.object({ type: z.literal('tool.allow'), tool: Tool });

/** What a customer presses to allow something. */
export const CustomerYes = z.discriminatedUnion('type', [ConsentAnswer, ToolAllow]);
export type CustomerYes = z.infer<typeof CustomerYes>;

export const LocalCommand = z.discriminatedUnion('type', [
  ConsentAnswer,
  ToolAllow,
  z.object({ type: z.literal('tool.stop'), tool: Tool }),
  z.object({ type: z.literal('watching.answer'), watchingId: z.uuid(), allow: z.boolean() }),
  z.object({ type: z.literal('passing.answer'), passingId: z.uuid(), allow: z.boolean() }),
  z.object({ type: z.literal('watching.stop'), watchingId: z.uuid() }),
  z.object({
    type: z.literal('stop'),
    reason: z.enum(['stopped-by-customer', 'reported-by-customer', 'refused-by-customer']),
  }),
  z.object({ type: z.literal('chat.send'), text: z.string().min(1).max(4000) }),
  z.object({
    type: z.literal('file.answer'),
    fileId: z.uuid(),
    accept: z.boolean(),
    /** Also every later one in this direction. */
    forSession: z.boolean().default(false),
  }),
  z.object({ type: z.literal('file.cancel'), fileId: z.uuid() }),
  z.object({ type: z.literal('folder.open') }),
  /** Yes was pressed to the voice, and the page got no microphone: nothing is answered yet. */
  MicrophoneRefused.extend({ reason: NoMicrophone }),
  /** Of a browser: go on with the program, or rather not. */
  z.object({ type: z.literal('hand-over.begin') }),
  z.object({ type: z.literal('hand-over.refuse') }),
  /** Whether the program with this key, which has come, goes on in the place of this browser. */
  z.object({ type: z.literal('hand-over.answer'), signingKey: SigningKey, allow: z.boolean() }),
]);
export type LocalCommand = z.infer<typeof LocalCommand>;
