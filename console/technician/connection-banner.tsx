import { WifiOff } from 'lucide-react';
import { useEffect } from 'react';
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
  if (isBrokerAway) return <Banner>{live.refusal?.message ?? text.brokerAway}</Banner>;
  if (isCustomerAway) return <CustomerAway name={name} until={state.graceEndsAt} />;
  return null;
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
