import { Check, Copy } from 'lucide-react';
import { Fragment, useRef, useState } from 'react';
import { announce } from '../../shared/announcer.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import styles from './join.module.css';

/** A line for the terminal, with a button that copies it. Where copying is refused, the line is selected instead. */
export function CopyCommand({ command }: { command: string }) {
  const text = t.customer.join;
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const line = useRef<HTMLElement>(null);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
      setState('copied');
      announce(text.copied);
    } catch {
      // No clipboard on a page without https, or the person said no.
      if (line.current) window.getSelection()?.selectAllChildren(line.current);
      setState('failed');
      announce(text.copyFailed);
    }
  };

  return (
    <div className={styles.command}>
      <code ref={line}>
        {command.split(' ').map((word, index) => (
          <Fragment key={word}>
            {index > 0 && ' '}
            <span>{word}</span>
          </Fragment>
        ))}
      </code>
      <Button icon={state === 'copied' ? <Check /> : <Copy />} onPress={copy}>
        {state === 'copied' ? text.copied : text.copy}
      </Button>
      {state === 'failed' && <p className={styles.quiet}>{text.copyFailed}</p>}
    </div>
  );
}
