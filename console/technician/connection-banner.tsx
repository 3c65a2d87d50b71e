import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { GRACE_MS } from '../../protocol/session.ts';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { announce } from '../shared/announcer.ts';
import { countdown } from '../shared/figures.ts';
import { secondsBetween, useNow } from '../shared/moments.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { useStore } from '../shared/store.ts';
import { t } from '../shared/strings.ts';
import styles from './connection-banner.module.css';

const text = t.technician.active;

/** Tells when either side's network broke and the session waits for it. */
export function ConnectionBanner({ state }: { state: ConsoleSessionState }) {
  const { live } = useSignedIn();
  const status = useStore(live.status);
  const isBrokerAway = status !== 'online';
  const isCustomerAway = state.presence.customer === 'away';
  const name = state.contact.name;
  useEffect(() => {
    if (!isBrokerAway && !isCustomerAway) return;
    announce(isBrokerAway ? text.brokerAway : text.customerAway(name), 'assertive');
    return () => announce(text.backAgain);
  }, [isBrokerAway, isCustomerAway, name]);
  if (isBrokerAway && live.refusal) return <Banner>{live.refusal.message}</Banner>;
  if (isBrokerAway) return <BrokerAway />;
  if (isCustomerAway) return <CustomerAway name={name} until={state.graceEndsAt} />;
  return null;
}

/** The broker waits as long as this from the moment at which it missed us; the customer's end from when it missed the broker. */
function BrokerAway() {
  const [since] = useState(Date.now);
  const now = useNow();
  const left = secondsBetween(now, since + GRACE_MS);
  return <Banner>{left > 0 ? text.brokerAwayFor(countdown(left)) : text.brokerAwayTooLong}</Banner>;
}

function CustomerAway({ name, until }: { name: string; until: string | undefined }) {
  const now = useNow();
  return (
    <Banner>
      {text.customerAway(name, countdown(until === undefined ? 0 : secondsBetween(now, until)))}
    </Banner>
  );
}

function Banner({ children }: { children: string }) {
  return (
    <div className={styles.banner}>
      <WifiOff aria-hidden="true" />
      {children}
    </div>
  );
}
