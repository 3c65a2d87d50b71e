import styles from './colleague-lines.module.css';
import { InvitationLines } from './invitation-lines.tsx';
import { useInvitations } from './invitations.ts';
import { OfferLines } from './offer-lines.tsx';
import { useOffers } from './offers.ts';

/** Over a picture: what colleagues want just now, in a band of its own that covers nothing. */
export function ColleagueLines({ isHelping = false }: { isHelping?: boolean }) {
  const count = useOffers().length + useInvitations().length;
  if (count === 0) return null;
  return (
    <div className={styles.band}>
      <OfferLines isHelping={isHelping} />
      <InvitationLines isHelping={isHelping} />
    </div>
  );
}
