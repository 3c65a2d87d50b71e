import { Check, Copy } from 'lucide-react';
import { Fragment, useEffect, useRef, useState } from 'react';
import { announce } from '../../shared/announcer.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import styles from './join.module.css';

/** What of a line is drawn as dots, because others see this screen. */
export interface HiddenPart {
  readonly secret: string;
  readonly why: string;
}

const DOTS = '•'.repeat(12);

/** A line for the terminal, with a button that copies it. Where copying is refused, the whole line is shown and selected instead. */
export function CopyCommand({ command, hidden }: { command: string; hidden?: HiddenPart | undefined }) {
  const text = t.customer.join;
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const line = useRef<HTMLElement>(null);
  const isHidden = hidden !== undefined && state !== 'failed';
  const drawn = isHidden ? command.replace(hidden.secret, DOTS) : command;
  useEffect(() => {
    if (state === 'failed' && line.current) window.getSelection()?.selectAllChildren(line.current);
  }, [state]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
      setState('copied');
      announce(text.copied);
    } catch {
      // No clipboard on a page without https, or the person said no.
      setState('failed');
      announce(text.copyFailed);
    }
  };

  return (
    <div className={styles.command}>
      <code ref={line}>
        {drawn.split(' ').map((word, index) => (
          <Fragment key={word}>
            {index > 0 && ' '}
            <span>{word}</span>
          </Fragment>
        ))}
      </code>
      <Button icon={state === 'copied' ? <Check /> : <Copy />} onPress={copy}>
        {state === 'copied' ? text.copied : text.copy}
      </Button>
      {isHidden && <p className={styles.quiet}>{hidden.why}</p>}
      {state === 'failed' && <p className={styles.quiet}>{text.copyFailed}</p>}
    </div>
  );
}
