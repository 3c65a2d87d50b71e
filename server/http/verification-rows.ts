import type { LogVerification, PastVerification } from '../../protocol/log-verification.ts';
import type { EntryOf } from '../../protocol/record.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { LogVerifications, Report } from '../records/verify/log-verifications.ts';

/** Users' names by their id. */
type Names = ReadonlyMap<string, string>;

const SHOWN = 10;

/** The last few, newest first, as their entries tell of them. One without an outcome was cut off with its broker. */
export async function pastVerifications(
  records: Pick<RecordStore, 'entries'>,
  oneIsUnderWay: boolean,
  names: Names,
): Promise<PastVerification[]> {
  const types = ['log.verification-started', 'log.verified'] as const;
  const entries = await records.entries({ types, limit: 2 * SHOWN });
  const past: PastVerification[] = [];
  // Newest first, and one after the other: a beginning belongs to the end that stands above it.
  let itsEndIsKnown = oneIsUnderWay;
  for (const entry of entries) {
    if (entry.type === 'log.verified') {
      past.push(ended(entry, names));
      itsEndIsKnown = true;
    } else if (entry.type === 'log.verification-started') {
      if (!itsEndIsKnown)
        past.push({ startedAt: entry.at, by: author(entry.by, names), outcome: 'broken-off' });
      itsEndIsKnown = false;
    }
  }
  return past.slice(0, SHOWN);
}

export function verificationOf(
  { underWay, last }: Pick<LogVerifications, 'underWay' | 'last'>,
  past: PastVerification[],
  names: Names,
): LogVerification {
  return {
    ...(underWay && { running: { ...underWay, by: author(underWay.by, names) } }),
    ...(last && { last: reported(last, names) }),
    past,
  };
}

const author = (id: string, names: Names) => {
  const name = names.get(id);
  return { id, ...(name !== undefined && { name }) };
};

function ended(entry: EntryOf<'log.verified'>, names: Names): PastVerification {
  const { at, by, startedAt, outcome, size, findings, notAsSigned, leaves } = entry;
  return {
    startedAt,
    endedAt: at,
    by: author(by, names),
    outcome,
    ...(size !== undefined && { size }),
    findings,
    ...(notAsSigned !== undefined && { notAsSigned }),
    leaves,
  };
}

function reported(report: Report, names: Names): NonNullable<LogVerification['last']> {
  const { by, startedAt, endedAt, outcome, size, sentence, findingCount, notAsSigned, findings } = report;
  return {
    startedAt,
    endedAt,
    by: author(by, names),
    outcome,
    ...(size !== undefined && { size }),
    sentence,
    findings: findingCount,
    ...(notAsSigned > 0 && { notAsSigned }),
    found: [...findings],
  };
}
