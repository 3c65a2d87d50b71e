import { Bookmark, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { DialogTrigger, Form, Link, Popover } from 'react-aria-components';
import { type SavedView, SavedViews } from '../../protocol/saved-view.ts';
import { Done } from '../shared/api.ts';
import { useResource } from '../shared/resource.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import { toast } from '../shared/ui/toast.tsx';
import { useAction } from '../shared/use-action.ts';
import styles from './views-menu.module.css';

const text = t.log.views;

/** The reader's own views: opened, kept, deleted. `search` is what the log shows now, as it stands in the address. */
export function ViewsMenu({ search }: { search: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button icon={<Bookmark />}>{text.title}</Button>
      {/* The popover is the dialog: with one of its own in it, its button to close would stand outside of that. */}
      <Popover className={styles.popover ?? ''} placement="bottom end" aria-label={text.title}>
        <Views search={search.replace(/^\?/, '')} onClose={() => setOpen(false)} />
      </Popover>
    </DialogTrigger>
  );
}

function Views({ search, onClose }: { search: string; onClose: () => void }) {
  const { api } = useSignedIn();
  const { resource, reload } = useResource('views', (signal) => api.get('/views', SavedViews, signal));
  const { isPending, act } = useAction();
  const [name, setName] = useState('');
  const [isMissing, setMissing] = useState(false);

  const keep = async () => {
    const wanted = name.trim();
    setMissing(wanted === '');
    if (wanted === '') return;
    const same = resource.standing === 'there' && resource.value.items.find((view) => view.name === wanted);
    const id = same ? same.id : crypto.randomUUID();
    if (!(await act(() => api.put(`/views/${id}`, { name: wanted, search }, Done)))) return;
    toast(text.kept(wanted), 'done');
    onClose();
  };
  const remove = async ({ id }: SavedView) => {
    if (await act(() => api.delete(`/views/${id}`, Done))) reload();
  };

  return (
    <>
      <h2 className={styles.title}>{text.mine}</h2>
      {resource.standing === 'loading' && <Waiting />}
      {resource.standing === 'failed' && <p className={styles.none}>{text.failed}</p>}
      {resource.standing === 'there' && resource.value.items.length === 0 && (
        <p className={styles.none}>{text.none}</p>
      )}
      {resource.standing === 'there' && resource.value.items.length > 0 && (
        <ul className={styles.list}>
          {resource.value.items.map((view) => (
            <li key={view.id} className={styles.view}>
              <Link
                href={view.search === '' ? '/log' : `/log?${view.search}`}
                className={styles.link ?? ''}
                onPress={onClose}
              >
                <bdi>{view.name}</bdi>
              </Link>
              <Button
                kind="quiet"
                size="small"
                icon={<Trash2 />}
                aria-label={text.remove(view.name)}
                onPress={() => void remove(view)}
              />
            </li>
          ))}
        </ul>
      )}
      <Form
        className={styles.form ?? ''}
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <TextField
          label={text.name}
          value={name}
          maxLength={60}
          onChange={setName}
          error={isMissing ? text.needed : undefined}
        />
        <Button kind="primary" type="submit" isPending={isPending}>
          {text.keep}
        </Button>
      </Form>
    </>
  );
}
