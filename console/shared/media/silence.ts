import { NoAnswer } from '../../../protocol/customer-end/broker-answer.ts';
import { Problem } from '../api.ts';

/** The broker did not answer in time, or is away: at either side's page. It says nothing about what was asked. */
export const isSilence = (error: unknown): boolean =>
  error instanceof NoAnswer || (error instanceof Problem && error.code === 'unreachable');
