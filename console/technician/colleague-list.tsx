import { type ReactNode, useState } from 'react';
import { type Colleague, Colleagues } from '../../protocol/watching.ts';
import { useResource } from '../shared/resource.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { Notice } from '../shared/ui/notice.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import styles from './colleague-list.module.css';

/** Colleagues, searched by name, each with what can be asked of them. */
export function ColleagueList({
  text,
  isWanted = () => true,
  children,
}: {
  text: { readonly search: string; readonly searchPlaceholder: string; readonly nobody: string };
  isWanted?: (colleague: Colleague) => boolean;
  children: (colleague: Colleague) => ReactNode;
}) {
  const { api } = useSignedIn();
  const [words, setWords] = useState('');
  const { resource } = useResource('colleagues', (signal) => api.get('/colleagues', Colleagues, signal));
  if (resource.standing === 'loading') return <Waiting />;
  if (resource.standing === 'failed') return <Notice kind="trouble">{resource.problem.message}</Notice>;
  const wanted = words.trim().toLocaleLowerCase();
  const found = resource.value.items.filter(
    (colleague) => isWanted(colleague) && colleague.name.toLocaleLowerCase().includes(wanted),
  );
  return (
    <>
      <TextField
        label={text.search}
        placeholder={text.searchPlaceholder}
        type="search"
        autoFocus
        value={words}
        onChange={setWords}
      />
      {found.length === 0 && <p className={styles.nobody}>{text.nobody}</p>}
      {found.length > 0 && (
        <ul className={styles.list}>
          {found.map((colleague) => (
            <li key={colleague.id}>
              <span className={styles.who}>
                <bdi>{colleague.name}</bdi>
                <span className={styles.as}>{[t.roles[colleague.role], ...colleague.teams].join(' · ')}</span>
              </span>
              {children(colleague)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
