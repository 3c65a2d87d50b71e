import { Download, Keyboard } from 'lucide-react';
import { Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import styles from './log-actions.module.css';

/** Beside the page's title: what the keys do, and the export for whoever may. */
export function LogActions({ onExport }: { onExport: (() => void) | undefined }) {
  return (
    <>
      <DialogTrigger>
        <Button kind="quiet" icon={<Keyboard />} className={styles.help}>
          {t.log.keys}
        </Button>
        <Popover className={styles.popover ?? ''} placement="bottom end">
          <Dialog className={styles.keys ?? ''} aria-label={t.log.keys}>
            <dl>
              {t.log.keysList.map(({ keys, does }) => (
                <div key={keys}>
                  <dt>
                    {keys.split('  ').map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </Dialog>
        </Popover>
      </DialogTrigger>
      {onExport !== undefined && (
        <Button icon={<Download />} onPress={onExport}>
          {t.log.export}
        </Button>
      )}
    </>
  );
}
