import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import { type Api, asProblem, Done, type Problem } from '../shared/api.ts';
import { navigate, useLocation } from '../shared/router.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
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
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  async function setUp(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setProblem(undefined);
    try {
      await api.post('/set-up', { token, organisation, name, email, password }, Done);
      await api.post('/sign-in', { email, password }, Done);
      navigate('/', { replace: true });
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setPending(false);
    }
  }

  if (token === '' || problem?.code === 'not-found')
    return (
      <Entrance title={text.title}>
        <Notice kind="warning">{token === '' ? text.noToken : text.over}</Notice>
        <Button onPress={() => navigate('/')}>{text.toSignIn}</Button>
      </Entrance>
    );
  return (
    <Entrance title={text.title} lead={text.lead}>
      {problem && <Notice kind="trouble">{problem.message}</Notice>}
      <Form onSubmit={setUp} className={styles.form ?? ''}>
        <TextField
          label={text.organisation}
          hint={text.organisationHint}
          autoComplete="organization"
          autoFocus
          isRequired
          value={organisation}
          onChange={setOrganisation}
          error={problem?.fields.organisation}
        />
        <TextField
          label={text.name}
          autoComplete="name"
          isRequired
          value={name}
          onChange={setName}
          error={problem?.fields.name}
        />
        <TextField
          label={text.email}
          type="email"
          autoComplete="username"
          isRequired
          value={email}
          onChange={setEmail}
          error={problem?.fields.email}
        />
        <TextField
          label={text.password}
          hint={text.passwordHint}
          type="password"
          autoComplete="new-password"
          isRequired
          value={password}
          onChange={setPassword}
          error={problem?.fields.password}
        />
        <Button type="submit" kind="primary" isPending={isPending} isDisabled={password.length < 12}>
          {text.action}
        </Button>
      </Form>
    </Entrance>
  );
}
