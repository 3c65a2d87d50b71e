import { accounts } from './en/accounts.ts';
import { admin } from './en/admin.ts';
import { common } from './en/common.ts';
import { customer } from './en/customer.ts';
import { files } from './en/files.ts';
import { log } from './en/log.ts';
import { overview } from './en/overview.ts';
import { problems } from './en/problems.ts';
import { reads } from './en/reads.ts';
import { receipt } from './en/receipt.ts';
import { retention } from './en/retention.ts';
import { session } from './en/session.ts';
import { technician } from './en/technician.ts';
import { timeline } from './en/timeline.ts';
import { tools } from './en/tools.ts';
import { verification } from './en/verification.ts';

/** English. One file per area of the product; every visible word stands in one of them. */
export const en = {
  ...common,
  accounts,
  admin,
  customer,
  files,
  log,
  overview,
  problems,
  reads,
  receipt,
  retention,
  session,
  technician,
  timeline,
  tools,
  verification,
};
