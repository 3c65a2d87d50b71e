import { useState } from 'react';
import { Form } from 'react-aria-components';
import { HoldSession, type KeepingKind } from '../../protocol/retention.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';
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

const text = t.retention.dialog;

export interface KeepingDialogProps {
  readonly kind: KeepingKind;
  readonly record: SessionRecord;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks until when, and why. */
export function HoldDialog({ kind, record, onClose, onDone }: KeepingDialogProps) {
  const { api } = useSignedIn();
  const now = record.retention[kind];
  const [until, setUntil] = useState(now?.until.slice(0, 10) ?? '');
  const [reason, setReason] = useState(now?.reason ?? '');
  const wish = { what: kind, until, reason };
  const { form, faults, problem, isPending, submit } = useCheckedForm({
    schema: HoldSession,
    value: wish,
    needed: text.needed,
    async send() {
      await api.post(`/sessions/${record.id}/hold`, wish, Done);
      toast(text.done[kind], 'done');
      onDone();
    },
  });
  return (
    <Dialog title={text.title[kind]} isOpen onClose={onClose}>
      <Form ref={form} onSubmit={submit} validationBehavior="aria" className={styles.form ?? ''}>
        <p>{text.text[kind]}</p>
        {problem && <Notice kind="trouble">{problem.message}</Notice>}
        <TextField
          label={text.until}
          type="date"
          isRequired
          autoFocus
          value={until}
          onChange={setUntil}
          error={faults.until}
        />
        <TextField
          label={text.reason}
          hint={text.reasonHint}
          lines={3}
          isRequired
          autoComplete="off"
          value={reason}
          onChange={setReason}
          error={faults.reason}
        />
        <DialogButtons>
          <Button onPress={onClose}>{t.cancel}</Button>
          <Button type="submit" kind="primary" isPending={isPending}>
            {text.action[kind]}
          </Button>
        </DialogButtons>
      </Form>
    </Dialog>
  );
}
