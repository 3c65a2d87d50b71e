import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import { Me } from '../../protocol/access.ts';
import { type Api, asProblem, type Problem } from '../shared/api.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import styles from './entrance.module.css';
import { Entrance } from './entrance.tsx';

export function SignInPage({ api, onSignedIn }: { api: Api; onSignedIn: (me: Me) => void }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  async function signIn(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setProblem(undefined);
    try {
      onSignedIn(await api.post('/sign-in', { email, password }, Me));
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setPassword('');
    } finally {
      setPending(false);
    }
  }

  return (
    <Entrance title={t.technician.signIn.title}>
      {problem && <Notice kind="trouble">{problem.message}</Notice>}
      <Form onSubmit={signIn} className={styles.form ?? ''}>
        <TextField
          label={t.technician.signIn.email}
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          isRequired
          value={email}
          onChange={setEmail}
          error={problem?.fields.email}
        />
        <TextField
          label={t.technician.signIn.password}
          type="password"
          name="password"
          autoComplete="current-password"
          isRequired
          value={password}
          onChange={setPassword}
          error={problem?.fields.password}
        />
        <Button type="submit" kind="primary" isPending={isPending}>
          {t.technician.signIn.action}
        </Button>
      </Form>
      <p className={styles.help}>{t.technician.signIn.help}</p>
    </Entrance>
  );
}
