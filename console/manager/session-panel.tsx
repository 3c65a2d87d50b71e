import { ArrowUpRight, ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'react-aria-components';
import { namesOfTechnicians } from '../../protocol/passing-fold.ts';
import { duration } from '../shared/figures.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { StatusBadge } from '../shared/ui/status-badge.tsx';
import { accountFacts } from './account-line.tsx';
import { Facts, Group } from './facts.tsx';
import { FilesMoved } from './files-moved.tsx';
import { EVERYTHING, type LogView } from './log-view.ts';
import { Moment } from './moment.tsx';
import { RecordState } from './record-state.tsx';
import styles from './session-panel.module.css';
import { TimelineList } from './timeline-list.tsx';
import { useNarrow } from './use-narrow.ts';
import { focusPanel, PANEL_ID } from './use-open-session.ts';
import { WatchLink } from './watch-link.tsx';

/** One session beside the list: the short of it, and the way to the whole record. */
export function SessionPanel({
  id,
  onClose,
  onStep,
  onFilter,
}: {
  id: string;
  onClose: () => void;
  onStep: (by: 1 | -1) => void;
  onFilter: (view: LogView) => void;
}) {
  const text = t.log;
  const isOver = useNarrow();

  // Beside the list as over it: the rows between an opened one and its panel would be a long way by Tab;
  // once it lies over the list, nothing in the list can keep the focus.
  useEffect(focusPanel, [isOver]);

  return (
    <aside id={PANEL_ID} className={styles.panel} aria-label={text.panel} tabIndex={-1}>
      <div className={styles.tools}>
        <Button
          kind="quiet"
          size="small"
          icon={<ChevronUp />}
          aria-label={text.previous}
          onPress={() => onStep(-1)}
        />
        <Button
          kind="quiet"
          size="small"
          icon={<ChevronDown />}
          aria-label={text.next}
          onPress={() => onStep(1)}
        />
        <Link href={`/log/${id}`} className={styles.whole ?? ''}>
          {text.wholeRecord}
          <ArrowUpRight aria-hidden="true" />
        </Link>
        <Button kind="quiet" size="small" icon={<X />} aria-label={text.panelClose} onPress={onClose} />
      </div>
      <RecordState id={id}>
        {(detail) => {
          const { record } = detail;
          return (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
            <div className={styles.body} tabIndex={0}>
              <div>
                <h2 className={styles.title}>
                  {text.record.helped(namesOfTechnicians(record), record.contact.name)}
                </h2>
                <p className={styles.badges}>
                  <StatusBadge status={record.status} />
                  {record.outcome !== undefined && <span>{t.session.outcome[record.outcome]}</span>}
                  {record.activeSeconds !== undefined && <span>{duration(record.activeSeconds)}</span>}
                </p>
              </div>
              <Facts
                facts={[
                  [text.record.created, <Moment key="created" at={record.createdAt} />],
                  [text.record.reason, record.reason],
                  [text.record.reference, record.reference],
                  [text.record.company, record.contact.company],
                  [text.record.team, record.technician.team],
                  [text.record.platform, record.computer?.platform],
                  [
                    text.record.ending,
                    record.endReason === undefined ? undefined : t.session.endReason[record.endReason],
                  ],
                  ...accountFacts(detail.accounts),
                ]}
              />
              <WatchLink record={record} />
              {record.contact.company !== undefined && (
                <Button
                  size="small"
                  onPress={() => onFilter({ ...EVERYTHING, company: record.contact.company ?? '' })}
                >
                  {text.record.companySessions}
                </Button>
              )}
              {record.files.length > 0 && (
                <Group title={text.record.groups.files} isPlain>
                  <FilesMoved record={record} />
                </Group>
              )}
              <Group title={text.record.groups.timeline} isPlain>
                <TimelineList detail={detail} />
              </Group>
            </div>
          );
        }}
      </RecordState>
    </aside>
  );
}
