import { techniciansOf } from '../../protocol/passing-fold.ts';
import type { FoldedRecord } from '../../protocol/session-fold.ts';
import { isolated } from './isolated.ts';

/** Who is meant in a sentence about one side of a session. What several technicians had in turn says so by their part. */
export function sidesOf(record: FoldedRecord): { technician: string; customer: string } {
  const [technician, ...others] = techniciansOf(record);
  return {
    technician: technician && others.length === 0 ? isolated(technician.name) : 'the technician',
    customer: isolated(record.contact.contactName ?? record.contact.name),
  };
}
