import { LogAlarms } from '../../../protocol/log-alarm.ts';
import { LogState, type WitnessReport } from '../../../protocol/log-state.ts';
import { LogVerification } from '../../../protocol/log-verification.ts';
import type { Users } from '../../access/users.ts';
import type { DamagedRows } from '../../records/damaged-rows.ts';
import type { RecordStore } from '../../records/record-store.ts';
import type { Retention } from '../../records/retention.ts';
import type { TransparencyLog } from '../../records/transparency-log.ts';
import type { LogVerifications } from '../../records/verify/log-verifications.ts';
import { logAlarms } from '../log-alarms.ts';
import { logState } from '../log-state.ts';
import { type Route, route } from '../route.ts';
import { pastVerifications, verificationOf } from '../verification-rows.ts';

/** What each witness last said; how far behind it is follows from the log. */
export type WitnessStates = () => readonly Omit<WitnessReport, 'behind'>[];

export interface VerificationRoutesParts {
  readonly records: Pick<RecordStore, 'entries' | 'health'> & TransparencyLog;
  readonly verifications: Pick<LogVerifications, 'start' | 'underWay' | 'last' | 'lastWhole'>;
  readonly retention: Pick<Retention, 'clockDoubt'>;
  readonly damagedRows: Pick<DamagedRows, 'alarm'>;
  readonly witnesses: WitnessStates;
  readonly users: Pick<Users, 'list'>;
}

/** How the log stands, and checking all of it. Neither says what an entry says. */
export function verificationRoutes({
  records,
  verifications,
  retention,
  damagedRows,
  witnesses,
  users,
}: VerificationRoutesParts): Route[] {
  const verification = async (): Promise<LogVerification> => {
    const people = new Map((await users.list()).map(({ id, name }) => [id, name]));
    const past = await pastVerifications(records, verifications.underWay !== undefined, people);
    return verificationOf(verifications, past, people);
  };

  return [
    route({
      method: 'get',
      path: '/api/v1/log/state',
      summary: 'The newest checkpoint, the key that signs, and when each witness last agreed',
      who: 'log.watch',
      isPolled: true,
      answer: { status: 200, what: 'How the log stands', schema: LogState },
      refusals: ['not-found'],
      handle: () => logState(records, witnesses()),
    }),

    route({
      method: 'get',
      path: '/api/v1/log/alarms',
      summary: 'What somebody must look at now; cheap, to be asked often: no use of a sign-in',
      who: 'log.watch',
      isPolled: true,
      answer: { status: 200, what: 'Each alarm that stands', schema: LogAlarms },
      handle: async () => ({
        alarms: await logAlarms(records, { verifications, retention, damagedRows, witnesses: witnesses() }),
      }),
    }),

    route({
      method: 'post',
      path: '/api/v1/log/verify',
      summary: 'Check the whole log and all that is read of it; joins a verification that goes on already',
      who: 'log.verify',
      answer: { status: 202, what: 'It goes on: ask for the verification', schema: LogVerification },
      async handle({ user }) {
        await verifications.start(user.userId);
        return verification();
      },
    }),

    route({
      method: 'get',
      path: '/api/v1/log/verification',
      summary: 'How far a verification of the log is, what the last one found, and the last few',
      who: 'log.watch',
      answer: { status: 200, what: 'The verification', schema: LogVerification },
      handle: verification,
    }),
  ];
}
