import type { LogVerification, PastVerification } from '../../protocol/log-verification.ts';
import { duration } from '../shared/figures.ts';
import { momentOf, secondsBetween } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';

const text = t.verification;

/** A verification that is over; with what it found, where it ended since the broker started. */
export type Shown = PastVerification & Partial<NonNullable<LogVerification['last']>>;

export const authorOf = ({ id, name }: PastVerification['by']): string => name ?? text.nobodyKnown(id);

/** How long it took; `undefined` when its end is not known. */
export const tookOf = ({ startedAt, endedAt }: PastVerification): string | undefined =>
  endedAt === undefined ? undefined : duration(secondsBetween(startedAt, endedAt));

export const byWhom = (one: PastVerification): string =>
  text.byWhom(authorOf(one.by), momentOf(one.endedAt ?? one.startedAt), tookOf(one));
