import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Me, SetUpState, SignInRequest } from '../../protocol/access.ts';
import type { Api } from '../shared/api.ts';
import { useResource } from '../shared/resource.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import { useCheckedForm } from '../shared/use-checked-form.ts';
import styles from './entrance.module.css';
import { Entrance } from './entrance.tsx';

export function SignInPage({ api, onSignedIn }: { api: Api; onSignedIn: (me: Me) => void }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const setUp = useResource('set-up', (signal) => api.get('/set-up', SetUpState, signal)).resource;
  const { form, faults, problem, isPending, submit } = useCheckedForm({
    schema: SignInRequest,
    value: { email, password },
    needed: t.technician.signIn.needed,
    send: async () => onSignedIn(await api.post('/sign-in', { email, password }, Me)),
  });

  return (
    <Entrance title={t.technician.signIn.title}>
      {setUp.standing === 'there' && setUp.value.isOpen && <Notice>{t.technician.signIn.nobodyYet}</Notice>}
      {problem && <Notice kind="trouble">{problem.message}</Notice>}
      <Form ref={form} onSubmit={submit} validationBehavior="aria" className={styles.form ?? ''}>
        <TextField
          label={t.technician.signIn.email}
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          isRequired
          value={email}
          onChange={setEmail}
          error={faults.email}
        />
        <TextField
          label={t.technician.signIn.password}
          type="password"
          name="password"
          autoComplete="current-password"
          isRequired
          value={password}
          onChange={setPassword}
          error={faults.password}
        />
        <Button type="submit" kind="primary" isPending={isPending}>
          {t.technician.signIn.action}
        </Button>
      </Form>
      <p className={styles.help}>{t.technician.signIn.help}</p>
    </Entrance>
  );
}
