import { useState } from 'react';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import { useAction } from '../shared/use-action.ts';
import type { Viewer } from './viewer.ts';

const text = t.technician.active;

/** Types a text at the customer's computer, character by character. */
export function TypeTextDialog({
  viewer,
  isOpen,
  onClose,
}: {
  viewer: Viewer | undefined;
  isOpen: boolean;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  const { isPending, act } = useAction();
  async function type() {
    await act(async () => viewer?.type(typed));
    setTyped('');
    onClose();
  }
  return (
    <Dialog title={text.typeTextTitle} isOpen={isOpen} onClose={onClose}>
      <TextField
        label={text.typeTextField}
        hint={text.typeTextLead}
        lines={5}
        maxLength={10_000}
        autoFocus
        value={typed}
        onChange={setTyped}
      />
      <DialogButtons>
        <Button onPress={onClose}>{t.cancel}</Button>
        <Button kind="primary" isPending={isPending} isDisabled={!viewer || typed === ''} onPress={type}>
          {text.typeTextAction}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
