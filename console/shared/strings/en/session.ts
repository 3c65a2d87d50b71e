import type { EndedBy, EndReason, Outcome, SessionStatus } from '../../../../protocol/session.ts';

const status: Record<SessionStatus, string> = {
  created: 'Waiting',
  joined: 'Joined',
  active: 'Active',
  ended: 'Ended',
  expired: 'Expired',
  declined: 'Declined',
  cancelled: 'Cancelled',
  lost: 'Lost',
};

const endReason: Record<EndReason, string> = {
  done: 'The technician ended it.',
  'stopped-by-customer': 'The customer stopped it.',
  'reported-by-customer': 'The customer reported it and left.',
  'refused-by-customer': 'The customer refused.',
  'consent-timed-out': 'The customer did not answer in time.',
  'not-admitted': 'The computer that joined was not the right one.',
  'cancelled-by-technician': 'It was cancelled before it started.',
  'code-expired': 'Nobody used the code in time.',
  'customer-gone': 'The customer’s computer did not come back.',
  'technician-gone': 'The technician did not come back.',
  'broker-restarted': 'The broker was restarted and the two sides did not come back.',
  'display-lost': 'The customer’s screen went away.',
  'record-unavailable': 'The record could not be written, so the session was ended.',
  'user-disabled': 'The technician’s account was disabled.',
};

const endedBy: Record<EndedBy, string> = {
  technician: 'Technician',
  customer: 'Customer',
  broker: 'Countersign',
};

const outcome: Record<Outcome, string> = { solved: 'Solved', 'not-solved': 'Not solved' };

export const session = { status, endReason, endedBy, outcome };
