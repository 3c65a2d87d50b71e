import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AgentHandshake, FromAgent, ToAgent } from '../../protocol/agent-messages.ts';
import { ChatMessage } from '../../protocol/chat.ts';
import { ConsoleHandshake, FromConsole, ToConsole } from '../../protocol/console-messages.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { CodeCard, Joined, JoinRequest, LookAtCode } from '../../protocol/join.ts';
import { LanePass } from '../../protocol/lane.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';

/** Everything that agent, console and broker say to each other. */
const MESSAGES = {
  AgentHandshake,
  FromAgent,
  ToAgent,
  ConsoleHandshake,
  FromConsole,
  ToConsole,
  JoinRequest,
  Joined,
  LookAtCode,
  CodeCard,
  LanePass,
  ChatMessage,
};

/** When this test fails, a message has changed: raise PROTOCOL_VERSION, then put both here. */
const KNOWN = { version: 1, fingerprint: 'c4787557b2876b56' };

const fingerprint = () => {
  const schemas = Object.entries(MESSAGES).map(([name, schema]) => [
    name,
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([schemas, ERRORS]))
    .digest('hex')
    .slice(0, 16);
};

describe('protocol version', () => {
  it('changes whenever a message changes', () => {
    assert.deepEqual({ version: PROTOCOL_VERSION, fingerprint: fingerprint() }, KNOWN);
  });
});
