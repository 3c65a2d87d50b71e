import { MonitorUp } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { BrowserHelper } from '../browser/browser-helper.ts';
import styles from './join.module.css';

type Sharing = typeof import('../browser/join-session.ts');
let loading: Promise<Sharing> | undefined;

/** All that a session in this page takes: nothing of it is wanting any more once the code is used up. */
export function loadSharing(): Promise<Sharing> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<Sharing> {
  const [sharing] = await Promise.all([
    import('../browser/join-session.ts'),
    import('../browser/session-here.tsx'),
  ]);
  // Those that did not come once are asked for no second time. What a translation or an extension put here is not ours to miss.
  const styles = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')];
  if (!styles.filter(isOurs).every(isThere)) throw new Error('the styles could not be loaded');
  return sharing;
}

const { url } = import.meta;
/** It lies where this script does: one without an address, or with one of its own making (`blob:`), would pass for this site's. */
const isOurs = ({ href }: HTMLLinkElement): boolean => href.startsWith(new URL('.', url).href);

/** Of one that did not come Chromium has a sheet, which lets nobody read it; others have none. */
function isThere({ sheet }: HTMLLinkElement): boolean {
  try {
    return sheet !== null && sheet.cssRules.length >= 0;
  } catch {
    return false;
  }
}

/** A browser may remember what it did not get, and after an update of the server its parts have other names: only the page anew knows. */
function loadPageAgain(code: string): void {
  window.history.replaceState(null, '', `#${code}`);
  window.location.reload();
}

/** While its customer reads who asks. What cannot be loaded now is tried again by the press. */
export const prepareSharing = (): void => void loadSharing().catch(() => {});

/** The way with nothing to install: this page becomes the helper. */
export function ShareHere({
  code,
  onJoined,
  onGone,
}: {
  code: string;
  onJoined: (helper: BrowserHelper) => void;
  /** The code, which worked a moment ago. */
  onGone: () => void;
}) {
  const text = t.customer.browser;
  const [isJoining, setJoining] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isLoaded, setLoaded] = useState(true);
  const join = async () => {
    setProblem(undefined);
    setJoining(true);
    const sharing = await loadSharing().catch(() => undefined);
    setLoaded(sharing !== undefined);
    const answer = (await sharing?.joinSession(code)) ?? { ok: false, sentence: text.notLoaded };
    setJoining(false);
    if (answer.ok) onJoined(answer.helper);
    else setProblem(answer.sentence);
    if (!answer.ok && answer.isGone) onGone();
  };
  return (
    <section className={styles.way} aria-labelledby="share-here">
      <h2 id="share-here">{text.here}</h2>
      <p>{text.hereLead}</p>
      <ul className={styles.points}>
        {text.herePoints.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      {problem !== undefined && <Notice kind="warning">{problem}</Notice>}
      {isLoaded ? (
        <Button kind="primary" size="large" icon={<MonitorUp />} isPending={isJoining} onPress={join}>
          {isJoining ? text.joining : text.go}
        </Button>
      ) : (
        <Button kind="primary" size="large" onPress={() => loadPageAgain(code)}>
          {text.tryAgain}
        </Button>
      )}
    </section>
  );
}
