import { useState } from 'react';
import { Form } from 'react-aria-components';
import { ChangeUser, NewUser, Role, type User } from '../../protocol/access.ts';
import { Done } from '../shared/api.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Select } from '../shared/ui/select.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import { toast } from '../shared/ui/toast.tsx';
import { useCheckedForm } from '../shared/use-checked-form.ts';
import styles from './person-dialog.module.css';

const text = t.admin.people;

/** Adds a person, or changes role, teams and password of one. `person` undefined: a new one. */
export function PersonDialog({
  person,
  onClose,
  onSaved,
}: {
  person: User | undefined;
  onClose: () => void;
  onSaved: () => void;
}) {
  const { api } = useSignedIn();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>(person?.role ?? 'technician');
  const [teams, setTeams] = useState(person?.teams.join(', ') ?? '');
  const [password, setPassword] = useState('');
  const chosen = { role, teams: teamNames(teams) };
  const wish = person
    ? { ...chosen, ...(password === '' ? {} : { password }) }
    : { ...chosen, name, email, password };
  const { form, faults, problem, isPending, submit } = useCheckedForm({
    schema: person ? ChangeUser : NewUser,
    value: wish,
    needed: text.needed,
    async send() {
      if (person) await api.patch(`/users/${person.id}`, wish, Done);
      else await api.post('/users', wish, Done);
      toast(person ? text.changed(person.name) : text.added(name), 'done');
      onSaved();
    },
  });

  return (
    <Dialog title={person ? text.changeOf(person.name) : text.add} isOpen onClose={onClose}>
      <Form ref={form} onSubmit={submit} validationBehavior="aria" className={styles.form ?? ''}>
        {problem && <Notice kind="trouble">{problem.message}</Notice>}
        {!person && (
          <>
            <TextField
              label={text.name}
              isRequired
              markRequired
              autoFocus
              autoComplete="off"
              value={name}
              onChange={setName}
              error={faults.name}
            />
            <TextField
              label={text.email}
              type="email"
              isRequired
              markRequired
              autoComplete="off"
              value={email}
              onChange={setEmail}
              error={faults.email}
            />
          </>
        )}
        <Select
          label={text.role}
          hint={text.roleMeaning[role]}
          options={Role.options.map((value) => ({ value, label: t.roles[value] }))}
          value={role}
          onChange={setRole}
        />
        <TextField
          label={text.teams}
          hint={text.teamsHint}
          autoComplete="off"
          value={teams}
          onChange={setTeams}
          error={faults.teams}
        />
        <TextField
          label={person ? text.newPassword : text.password}
          hint={person ? text.newPasswordHint : text.passwordHint}
          type="password"
          autoComplete="new-password"
          isRequired={!person}
          markRequired={!person}
          value={password}
          onChange={setPassword}
          error={faults.password}
        />
        <DialogButtons>
          <Button onPress={onClose}>{t.cancel}</Button>
          <Button type="submit" kind="primary" isPending={isPending}>
            {person ? t.save : text.add}
          </Button>
        </DialogButtons>
      </Form>
    </Dialog>
  );
}

/** `A, B,, A` -> `['A', 'B']` */
function teamNames(typed: string): string[] {
  const names = typed.split(',').map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
