import { AppWindowMac } from 'lucide-react';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { Tooltip } from '../shared/ui/tooltip.tsx';
import type { HandOver } from './hand-over.ts';
import { RailButton } from './rail-button.tsx';

const text = t.handOver.technician;

/** For a customer in a browser, which has no mouse to give: asks them to go on with the program. */
export function HandOverButton({ handOver: { standing, waitSeconds, press } }: { handOver: HandOver }) {
  const label = text.label[standing];
  return (
    <Tooltip placement="right" text={label}>
      <RailButton
        icon={<AppWindowMac />}
        word={text.word}
        label={label}
        standing={standing === 'idle' ? 'off' : 'asked'}
        waitSeconds={waitSeconds}
        onPress={press}
      />
    </Tooltip>
  );
}

export function HandOverDialog({
  handOver: { isAsking, isPending, ask, close },
  name,
}: {
  handOver: HandOver;
  name: string;
}) {
  return (
    <Dialog title={text.title} isOpen={isAsking} onClose={close} isDismissable>
      <p>{text.why(name)}</p>
      <p>{text.how(name)}</p>
      <DialogButtons>
        <Button onPress={close}>{t.cancel}</Button>
        <Button kind="primary" isPending={isPending} onPress={ask}>
          {text.action}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
