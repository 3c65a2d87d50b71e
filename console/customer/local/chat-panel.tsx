import { SendHorizontal } from 'lucide-react';
import { type ComponentProps, type FormEvent, useState } from 'react';
import type { LocalCommand, LocalState } from '../../../protocol/local-page.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { TextField } from '../../shared/ui/text-field.tsx';
import { ChatMessages } from './chat-messages.tsx';
import styles from './chat-panel.module.css';
import panel from './panel.module.css';
import { isAllowed, lookOf } from './phase.ts';

/** Short messages both ways. New ones are announced by the page, so the list itself is not a live region. */
export function ChatPanel({ state, send }: { state: LocalState; send: (command: LocalCommand) => boolean }) {
  const text = t.customer.local;
  const [draft, setDraft] = useState('');
  const canWrite = isAllowed(lookOf('chat', state)) && state.link === 'online';
  const technician = state.session.card.technician.name;

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const words = draft.trim();
    if (words !== '' && canWrite && send({ type: 'chat.send', text: words })) setDraft('');
  };

  // Enter sends, Shift+Enter makes a line; Enter that ends a composition (Chinese, Japanese, …) does neither.
  const press: ComponentProps<typeof TextField>['onKeyDown'] = (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing)
      return event.continuePropagation();
    event.preventDefault();
    submit();
  };

  return (
    <section className={panel.panel} aria-labelledby="chat-title">
      <h2 id="chat-title">{text.chat}</h2>
      {state.chat.length === 0 ? (
        <p className={panel.quiet}>{canWrite ? text.chatEmpty : text.chatOff(isolated(technician))}</p>
      ) : (
        <ChatMessages state={state} />
      )}
      {(canWrite || draft !== '') && (
        <form className={styles.write} onSubmit={submit}>
          <div className={styles.field}>
            <TextField
              label={text.message}
              hideLabel
              placeholder={text.message}
              lines={1}
              maxLength={4000}
              onKeyDown={press}
              value={draft}
              onChange={setDraft}
            />
          </div>
          <Button
            type="submit"
            kind="primary"
            icon={<SendHorizontal />}
            isDisabled={!canWrite || draft.trim() === ''}
          >
            {text.send}
          </Button>
        </form>
      )}
    </section>
  );
}
