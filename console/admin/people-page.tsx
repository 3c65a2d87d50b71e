import { UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { z } from 'zod';
import { User } from '../../protocol/access.ts';
import { Done } from '../shared/api.ts';
import { dayOf } from '../shared/moments.ts';
import { useResource } from '../shared/resource.ts';
import { useMay, useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { PageHead } from '../shared/ui/app-shell.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { Table, type TableColumn } from '../shared/ui/table.tsx';
import { useAction } from '../shared/use-action.ts';
import styles from './people-page.module.css';
import { PersonDialog } from './person-dialog.tsx';

const text = t.admin.people;
const People = z.object({ items: z.array(User) });

/** Everybody who can sign in. */
export function PeoplePage() {
  const { api, me } = useSignedIn();
  const mayChange = useMay('user.change');
  const { resource, reload } = useResource('people', (signal) => api.get('/users', People, signal));
  const [open, setOpen] = useState<User | 'new'>();
  const [disabling, setDisabling] = useState<User>();
  const { isPending, act } = useAction();

  const setDisabled = async (user: User, disabled: boolean) => {
    if (await act(() => api.patch(`/users/${user.id}`, { disabled }, Done))) reload();
    setDisabling(undefined);
  };

  const columns: TableColumn<User>[] = [
    {
      id: 'name',
      title: text.name,
      isRowHeader: true,
      cell: (user) => (
        <>
          <bdi>{user.name}</bdi>
          {user.id === me.user.id && ` (${text.you})`}
        </>
      ),
    },
    { id: 'email', title: text.email, cell: (user) => user.email },
    { id: 'role', title: text.role, cell: (user) => t.roles[user.role] },
    { id: 'teams', title: text.teams, cell: (user) => <bdi>{user.teams.join(', ') || '–'}</bdi> },
    { id: 'since', title: text.since, cell: (user) => dayOf(user.createdAt) },
    { id: 'status', title: text.status, cell: (user) => (user.disabled ? text.disabled : text.active) },
  ];
  if (mayChange)
    columns.push({
      id: 'actions',
      title: text.actions,
      cell: (user) => (
        <div className={styles.row}>
          <Button size="small" aria-label={text.changeOf(user.name)} onPress={() => setOpen(user)}>
            {text.change}
          </Button>
          {user.id !== me.user.id && (
            <Button
              size="small"
              kind="quiet"
              onPress={() => (user.disabled ? void setDisabled(user, false) : setDisabling(user))}
            >
              {user.disabled ? text.enable : text.disable}
            </Button>
          )}
        </div>
      ),
    });

  return (
    <>
      <PageHead
        title={text.title}
        lead={text.lead}
        actions={
          mayChange && (
            <Button kind="primary" icon={<UserPlus />} onPress={() => setOpen('new')}>
              {text.add}
            </Button>
          )
        }
      />
      {resource.standing === 'loading' && <Waiting />}
      {resource.standing === 'failed' && <Notice kind="trouble">{resource.problem.message}</Notice>}
      {resource.standing === 'there' && (
        <Table
          label={text.title}
          columns={columns}
          items={resource.value.items}
          keyOf={(user) => user.id}
          nameOf={(user) => user.name}
          whenEmpty={<EmptyState icon={<Users />} title={text.none} />}
        />
      )}
      {open !== undefined && (
        <PersonDialog
          person={open === 'new' ? undefined : open}
          onClose={() => setOpen(undefined)}
          onSaved={() => {
            setOpen(undefined);
            reload();
          }}
        />
      )}
      <Dialog
        title={disabling ? text.disableTitle(disabling.name) : ''}
        role="alertdialog"
        isOpen={disabling !== undefined}
        onClose={() => setDisabling(undefined)}
      >
        <p>{text.disableText}</p>
        <DialogButtons>
          <Button onPress={() => setDisabling(undefined)}>{t.cancel}</Button>
          <Button
            kind="danger"
            isPending={isPending}
            onPress={() => disabling && setDisabled(disabling, true)}
          >
            {text.disable}
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  );
}
