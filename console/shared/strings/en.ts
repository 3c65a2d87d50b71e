import { admin } from './en/admin.ts';
import { agents } from './en/agents.ts';
import { clipboard } from './en/clipboard.ts';
import { common } from './en/common.ts';
import { customer } from './en/customer.ts';
import { files } from './en/files.ts';
import { handOver } from './en/hand-over.ts';
import { log } from './en/log.ts';
import { overview } from './en/overview.ts';
import { passing } from './en/passing.ts';
import { problems } from './en/problems.ts';
import { reads } from './en/reads.ts';
import { retention } from './en/retention.ts';
import { session } from './en/session.ts';
import { technician } from './en/technician.ts';
import { tools } from './en/tools.ts';
import { verification } from './en/verification.ts';
import { voice } from './en/voice.ts';
import { watching } from './en/watching.ts';

/** English. One file per area of the product; every visible word stands in one of them. */
export const en = {
  ...common,
  admin,
  agents,
  clipboard,
  customer,
  files,
  handOver,
  log,
  overview,
  passing,
  problems,
  reads,
  retention,
  session,
  technician,
  tools,
  verification,
  voice,
  watching,
};
