import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AgentHandshake, FromAgent, ToAgent } from '../../protocol/agent-messages.ts';
import { ChatMessage } from '../../protocol/chat.ts';
import { ConsoleHandshake, FromConsole, ToConsole } from '../../protocol/console-messages.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { FILE_REASONS } from '../../protocol/file-reason.ts';
import * as files from '../../protocol/file-transfer.ts';
import { HandOverWay } from '../../protocol/hand-over.ts';
import {
  CodeCard,
  Joined,
  JoinRequest,
  LookAtCode,
  TakenOver,
  TakeOverRequest,
} from '../../protocol/join.ts';
import { LanePass, MAX_LANE_MESSAGE_BYTES } from '../../protocol/lane.ts';
import * as picture from '../../protocol/picture.ts';
import { nameDigestInput } from '../../protocol/proof/signed-statement.ts';
import { Statement, signedMessage } from '../../protocol/proof/statement.ts';
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
  TakeOverRequest,
  HandOverWay,
  Joined,
  TakenOver,
  LookAtCode,
  CodeCard,
  LanePass,
  ChatMessage,
  Statement,
};

const FILE_ID = '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';

/** What no schema tells: how lanes cut and frame what they carry. */
const WIRE = {
  limits: [
    MAX_LANE_MESSAGE_BYTES,
    files.MAX_FRAME_DATA_BYTES,
    files.FILE_WINDOW_BYTES,
    files.ACK_EVERY_BYTES,
    files.DATA_OFFSET,
  ],
  reasons: FILE_REASONS,
  signed: signedMessage('{}'),
  name: Buffer.from(nameDigestInput({ salt: 'salt', name: 'name' })).toString(),
  frames: [
    files.dataFrame(FILE_ID, 2 ** 33 + 5, 3),
    files.ackFrame(FILE_ID, 2 ** 33 + 5),
    files.endFrame(FILE_ID, 9, 'ab'.repeat(files.SHA256_BYTES)),
    files.cancelFrame(FILE_ID, 'wrong-hash'),
    picture.frameMessage({
      number: 7,
      timestamp: 2 ** 33 + 5,
      format: { codec: 'vp8', width: 2, height: 1 },
      data: new Uint8Array([1, 2]),
    }),
    picture.frameMessage({ number: 8, timestamp: 9, data: new Uint8Array([3]) }),
    picture.nothingMessage(),
    picture.echoMessage(1),
    picture.helloMessage({ codecs: ['vp8'] }),
    picture.keyWantedMessage(),
    picture.seenMessage(2),
    picture.probeMessage(3),
  ].map((frame) => Buffer.from(frame).toString('hex')),
};

/** When this test fails, a message has changed: raise PROTOCOL_VERSION, then put both here. */
const KNOWN = { version: 1, fingerprint: '3a934686841f3260' };

const fingerprint = () => {
  const schemas = Object.entries(MESSAGES).map(([name, schema]) => [
    name,
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([schemas, ERRORS, WIRE]))
    .digest('hex')
    .slice(0, 16);
};

describe('protocol version', () => {
  it('changes whenever a message changes', () => {
    assert.deepEqual({ version: PROTOCOL_VERSION, fingerprint: fingerprint() }, KNOWN);
  });
});
