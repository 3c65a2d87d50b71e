import { useState } from 'react';
import { Form } from 'react-aria-components';
import { SetUpRequest, SetUpState } from '../../protocol/access.ts';
import { type Api, Done } from '../shared/api.ts';
import { useResource } from '../shared/resource.ts';
import { navigate, useLocation } from '../shared/router.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import { useCheckedForm } from '../shared/use-checked-form.ts';
import styles from './entrance.module.css';
import { Entrance } from './entrance.tsx';

const text = t.technician.setUp;

/** Makes the first administrator, with the one-time token of the address; signs them in afterwards. */
export function SetUpPage({ api }: { api: Api }) {
  const { search } = useLocation();
  const token = new URLSearchParams(search).get('token') ?? '';
  const [organisation, setOrganisation] = useState('');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  // Asked before anything is typed: a link of an earlier start would take it all in vain.
  const { resource } = useResource(token, (signal) =>
    api.get(`/set-up?token=${encodeURIComponent(token)}`, SetUpState, signal),
  );
  const wish = { token, organisation, name, email, password };
  const { form, faults, problem, isPending, submit } = useCheckedForm({
    schema: SetUpRequest,
    value: wish,
    needed: text.needed,
    async send() {
      await api.post('/set-up', wish, Done);
      await api.post('/sign-in', { email, password }, Done);
      navigate('/', { replace: true });
    },
  });

  const isOver = problem?.code === 'not-found' || (resource.standing === 'there' && !resource.value.isOpen);
  if (token === '' || isOver)
    return (
      <Entrance title={text.title}>
        <Notice kind="warning">{token === '' ? text.noToken : text.over}</Notice>
        <Button onPress={() => navigate('/')}>{text.toSignIn}</Button>
      </Entrance>
    );
  const isWrong = resource.standing === 'there' && resource.value.isOpen && !resource.value.tokenFits;
  if (isWrong || problem?.code === 'sign-in.wrong')
    return <Entrance title={text.notValidTitle} lead={text.notValid} />;
  if (resource.standing === 'loading') return <Waiting />;
  return (
    <Entrance title={text.title} lead={text.lead}>
      {problem && <Notice kind="trouble">{problem.message}</Notice>}
      <Form ref={form} onSubmit={submit} validationBehavior="aria" className={styles.form ?? ''}>
        <TextField
          label={text.organisation}
          hint={text.organisationHint}
          autoComplete="organization"
          autoFocus
          isRequired
          value={organisation}
          onChange={setOrganisation}
          error={faults.organisation}
        />
        <TextField
          label={text.name}
          autoComplete="name"
          isRequired
          value={name}
          onChange={setName}
          error={faults.name}
        />
        <TextField
          label={text.email}
          type="email"
          autoComplete="username"
          isRequired
          value={email}
          onChange={setEmail}
          error={faults.email}
        />
        <TextField
          label={text.password}
          hint={text.passwordHint}
          type="password"
          autoComplete="new-password"
          isRequired
          value={password}
          onChange={setPassword}
          error={faults.password}
        />
        <Button type="submit" kind="primary" isPending={isPending}>
          {text.action}
        </Button>
      </Form>
    </Entrance>
  );
}
