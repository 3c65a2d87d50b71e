import { Link } from 'react-aria-components';
import type { SessionOffer } from '../../protocol/passing.ts';
import { countdown } from './figures.ts';
import styles from './invitation-lines.module.css';
import { secondsBetween, useNow } from './moments.ts';
import { useOffers } from './offers.ts';
import { useSignedIn } from './signed-in.tsx';
import { t } from './strings.ts';
import { Button } from './ui/button.tsx';
import { Notice } from './ui/notice.tsx';
import { useAction } from './use-action.ts';

const text = t.passing.offers;

/**
 * On every page of the console: which sessions colleagues pass on to this user just now. `isHelping`: a session of theirs runs
 * on this page, which must not turn into another one.
 */
export function OfferLines({ isHelping = false }: { isHelping?: boolean }) {
  const offers = useOffers();
  if (offers.length === 0) return null;
  return (
    <section className={styles.lines} aria-label={text.title}>
      {offers.map((offer) => (
        <OfferLine key={offer.passingId} offer={offer} isHelping={isHelping} />
      ))}
    </section>
  );
}

function OfferLine({ offer, isHelping }: { offer: SessionOffer; isHelping: boolean }) {
  const { offers } = useSignedIn();
  const taking = useAction();
  const declining = useAction();
  const { technician, contact, about, reason, standing } = offer;
  const isAsked = standing === 'asked';
  return (
    <Notice title={text.text(technician, contact)}>
      <dl className={styles.facts}>
        <div>
          <dt>{text.about}</dt>
          <dd>
            <bdi>{about}</bdi>
          </dd>
        </div>
        {reason !== undefined && (
          <div>
            <dt>{text.why}</dt>
            <dd>
              <bdi>{reason}</bdi>
            </dd>
          </div>
        )}
      </dl>
      {isAsked && <Asking offer={offer} isHelping={isHelping} />}
      <div className={styles.buttons}>
        {!isAsked && isHelping && (
          <Link href="/" target="_blank" aria-label={text.takeElsewhereOne(contact)}>
            {text.takeElsewhere}
          </Link>
        )}
        {!isAsked && !isHelping && (
          <Button
            kind="primary"
            size="small"
            isPending={taking.isPending}
            aria-label={text.takeOne(contact)}
            onPress={() => taking.act(() => offers.take(offer))}
          >
            {text.take}
          </Button>
        )}
        <Button
          size="small"
          isPending={declining.isPending}
          aria-label={isAsked ? text.leaveOne(contact) : text.declineOne(contact)}
          onPress={() => declining.act(() => offers.decline(offer))}
        >
          {isAsked ? text.leave : text.decline}
        </Button>
      </div>
    </Notice>
  );
}

function Asking({
  offer: { contact, since, expiresAt = since },
  isHelping,
}: {
  offer: SessionOffer;
  isHelping: boolean;
}) {
  const now = useNow();
  return (
    <>
      {/* It counts down: read out every second it would drown everything else. */}
      <p aria-live="off">{text.asking(contact, countdown(secondsBetween(now, expiresAt)))}</p>
      {!isHelping && <p>{text.stay}</p>}
    </>
  );
}
