import { z } from 'zod';
import { personal } from './classification.ts';
import { blankAsAbsent, line } from './text.ts';

/** The customer as the technician wrote them down. */
export const Contact = z.object({
  name: personal(line(120)),
  /** Who was on the phone, when that is somebody else. */
  contactName: personal(blankAsAbsent(line(120))),
  company: personal(blankAsAbsent(line(120))),
  phone: personal(blankAsAbsent(line(40))),
  email: personal(blankAsAbsent(line(254))),
});
export type Contact = z.infer<typeof Contact>;
