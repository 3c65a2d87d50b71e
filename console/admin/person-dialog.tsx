import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import { Role, type User } from '../../protocol/access.ts';
import { asProblem, Done, type Problem } from '../shared/api.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Select } from '../shared/ui/select.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import { toast } from '../shared/ui/toast.tsx';
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
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  async function save(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setProblem(undefined);
    const chosen = { role, teams: teamNames(teams) };
    try {
      if (person)
        await api.patch(`/users/${person.id}`, { ...chosen, ...(password === '' ? {} : { password }) }, Done);
      else await api.post('/users', { ...chosen, name, email, password }, Done);
      toast(person ? text.changed(person.name) : text.added(name), 'done');
      onSaved();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setPending(false);
    }
  }

  return (
    <Dialog title={person ? text.changeOf(person.name) : text.add} isOpen onClose={onClose}>
      <Form onSubmit={save} className={styles.form ?? ''}>
        {problem && <Notice kind="trouble">{problem.message}</Notice>}
        {!person && (
          <>
            <TextField
              label={text.name}
              isRequired
              autoFocus
              autoComplete="off"
              value={name}
              onChange={setName}
              error={problem?.fields.name}
            />
            <TextField
              label={text.email}
              type="email"
              isRequired
              autoComplete="off"
              value={email}
              onChange={setEmail}
              error={problem?.fields.email}
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
          error={problem?.fields.teams}
        />
        <TextField
          label={person ? text.newPassword : text.password}
          hint={person ? text.newPasswordHint : text.passwordHint}
          type="password"
          autoComplete="new-password"
          isRequired={!person}
          value={password}
          onChange={setPassword}
          error={problem?.fields.password}
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
