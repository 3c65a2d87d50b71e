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

/** What of the contact is kept as long as the session record. */
export const ContactInRecord = Contact.pick({ name: true, company: true });

/** What goes earlier: it may name people who are nobody's customer. It stands in an entry of its own. */
export const ContactDetails = Contact.pick({ contactName: true, phone: true, email: true });
export type ContactDetails = z.infer<typeof ContactDetails>;

export const ContactDetail = ContactDetails.keyof();
export type ContactDetail = z.infer<typeof ContactDetail>;
