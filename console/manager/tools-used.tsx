import type { SessionRecord } from '../../protocol/session-record.ts';
import { cx } from '../shared/class-names.ts';
import { byteSize, duration } from '../shared/figures.ts';
import { timeWithSecondsOf } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { ToolIcon } from '../shared/ui/icon-for-tool.tsx';
import styles from './record-table.module.css';

type ToolUse = SessionRecord['tools'][number];

/** Per tool: what was asked, answered and really used. Figures are the broker's own. */
export function ToolsUsed({ tools }: { tools: readonly ToolUse[] }) {
  const text = t.log.record;
  if (tools.length === 0) return <p className={styles.none}>{text.noTools}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to be reachable by keyboard
    <div className={styles.frame} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{text.tool}</th>
            <th scope="col">{text.answer}</th>
            <th scope="col">{text.used}</th>
            <th scope="col" className={styles.figure}>
              {text.length}
            </th>
            <th scope="col" className={styles.figure}>
              {text.fromTechnician}
            </th>
            <th scope="col" className={styles.figure}>
              {text.fromCustomer}
            </th>
          </tr>
        </thead>
        <tbody>
          {tools.map((use) => (
            <tr key={use.tool}>
              <th scope="row">
                <span className={styles.named}>
                  <ToolIcon tool={use.tool} size={16} />
                  {t.tools.name[use.tool]}
                </span>
              </th>
              <td data-column={text.answer}>
                {answerTo(use)}
                {whatBecameOfIt(use).map((words) => (
                  <span key={words} className={styles.second}>
                    {words}
                  </span>
                ))}
              </td>
              <td className={styles.short} data-column={text.used}>
                {text.times(use.uses)}
              </td>
              <Figure column={text.length} isUsed={use.uses > 0}>
                {duration(use.seconds)}
              </Figure>
              <Figure column={text.fromTechnician} isUsed={use.uses > 0}>
                {byteSize(use.bytesFromTechnician)}
              </Figure>
              <Figure column={text.fromCustomer} isUsed={use.uses > 0}>
                {byteSize(use.bytesFromCustomer)}
              </Figure>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Of a tool that was never used there are none. */
function Figure({ column, isUsed, children }: { column: string; isUsed: boolean; children: string }) {
  return (
    <td className={cx(styles.figure, !isUsed && styles.idle)} data-column={column}>
      {isUsed ? children : '–'}
    </td>
  );
}

/** Once allowed, it was: what came later stands below. */
function answerTo({ answer, decisions }: ToolUse): string {
  const { answers, notAsked } = t.log.record;
  if (decisions.some(({ to }) => to === 'granted')) return answers.granted;
  return answer === undefined ? notAsked : answers[answer];
}

/** Where one answer was all, the timeline has its time. */
function whatBecameOfIt({ decisions }: ToolUse): string[] {
  if (decisions.length < 2) return [];
  return decisions.map(({ at, to }) => t.log.record.decisions[to](timeWithSecondsOf(at)));
}
