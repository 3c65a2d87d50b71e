import { z } from 'zod';
import { personal } from './classification.ts';
import { blankAsAbsent, line, seen } from './text.ts';

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

/** The same as it is wished for. */
export const ContactWish = z.object({
  name: seen(line(120)),
  contactName: blankAsAbsent(seen(line(120))),
  company: blankAsAbsent(seen(line(120))),
  phone: blankAsAbsent(seen(line(40))),
  email: blankAsAbsent(seen(line(254))),
});

/** What of the contact is kept as long as the session record. */
export const ContactInRecord = Contact.pick({ name: true, company: true });

/** What goes earlier: it may name people who are nobody's customer. It stands in an entry of its own. */
export const ContactDetails = Contact.pick({ contactName: true, phone: true, email: true });
export type ContactDetails = z.infer<typeof ContactDetails>;

export const ContactDetail = ContactDetails.keyof();
export type ContactDetail = z.infer<typeof ContactDetail>;
