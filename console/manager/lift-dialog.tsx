import { useState } from 'react';
import { Form } from 'react-aria-components';
import { LiftHold } from '../../protocol/retention.ts';
import { Done } from '../shared/api.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import { toast } from '../shared/ui/toast.tsx';
import { useCheckedForm } from '../shared/use-checked-form.ts';
import styles from './hold-dialog.module.css';
import type { KeepingDialogProps } from './hold-dialog.tsx';

const text = t.retention.liftDialog;

/** Asks why, and lets the usual periods count again. */
export function LiftDialog({ kind, record, onClose, onDone }: KeepingDialogProps) {
  const { api } = useSignedIn();
  const [reason, setReason] = useState('');
  const wish = { what: kind, reason };
  const { form, faults, problem, isPending, submit } = useCheckedForm({
    schema: LiftHold,
    value: wish,
    needed: { reason: t.retention.dialog.needed.reason },
    async send() {
      await api.post(`/sessions/${record.id}/hold/lift`, wish, Done);
      toast(text.done[kind], 'done');
      onDone();
    },
  });
  return (
    <Dialog title={text.title[kind]} isOpen onClose={onClose}>
      <Form ref={form} onSubmit={submit} validationBehavior="aria" className={styles.form ?? ''}>
        <p>{text.text}</p>
        {problem && <Notice kind="trouble">{problem.message}</Notice>}
        <TextField
          label={t.retention.dialog.reason}
          hint={t.retention.dialog.reasonHint}
          lines={3}
          isRequired
          autoFocus
          autoComplete="off"
          value={reason}
          onChange={setReason}
          error={faults.reason}
        />
        <DialogButtons>
          <Button onPress={onClose}>{t.cancel}</Button>
          <Button type="submit" kind="danger" isPending={isPending}>
            {text.action[kind]}
          </Button>
        </DialogButtons>
      </Form>
    </Dialog>
  );
}
