import { Ban } from 'lucide-react';
import type { LocalCommand, LocalState } from '../../../protocol/local-page.ts';
import { needsView, TOOLS, type Tool } from '../../../protocol/tool.ts';
import type { VoiceObstacle } from '../../../protocol/voice.ts';
import { cx } from '../../shared/class-names.ts';
import { t } from '../../shared/strings.ts';
import { ToolIcon } from '../../shared/ui/icon-for-tool.tsx';
import { Switch } from '../../shared/ui/switch.tsx';
import { canRunProgram } from '../join/agent-command.ts';
import panel from './panel.module.css';
import { isAllowed, lookOf, type ToolLook } from './phase.ts';
import styles from './tool-lines.module.css';

/** One line per tool: where it stands, and its switch. */
export function ToolLines({ state, send }: { state: LocalState; send: (command: LocalCommand) => boolean }) {
  const text = t.customer.local;
  const hasView = isAllowed(lookOf('view', state));
  return (
    <section className={panel.panel} aria-labelledby="tools-title">
      <div>
        <h2 id="tools-title">{text.youDecide}</h2>
        <p className={panel.quiet}>{text.youDecideLead}</p>
      </div>
      <ul className={styles.lines}>
        {TOOLS.map((tool) => (
          <ToolLine
            key={tool}
            tool={tool}
            look={lookOf(tool, state)}
            isInBrowser={state.agent === 'browser'}
            waitsForView={needsView(tool) && !hasView}
            canAllow={state.link === 'online'}
            obstacle={tool === 'voice' ? state.session.voice?.obstacle : undefined}
            send={send}
          />
        ))}
      </ul>
    </section>
  );
}

function ToolLine({
  tool,
  look,
  isInBrowser,
  waitsForView,
  canAllow,
  obstacle,
  send,
}: {
  tool: Tool;
  look: ToolLook;
  isInBrowser: boolean;
  waitsForView: boolean;
  /** Allowing needs the server; stopping does not. */
  canAllow: boolean;
  /** Nobody could use it now. */
  obstacle: VoiceObstacle | undefined;
  send: (command: LocalCommand) => boolean;
}) {
  const text = t.customer.local;
  const title = t.customer.tool.title[tool];
  const isOn = isAllowed(look);
  return (
    <li className={cx(styles.line, styles[look])}>
      <span className={styles.icon}>
        <ToolIcon tool={tool} size={22} />
      </span>
      <div className={styles.words}>
        <strong>{title}</strong>
        <span className={styles.look}>
          {(look === 'stopped' || look === 'refused') && <Ban size={16} aria-hidden="true" />}
          {look === 'in-use' && <span className={styles.pulse} aria-hidden="true" />}
          {look === 'unable' && isInBrowser && canRunProgram()
            ? t.customer.browser.unable
            : look === 'stopped' && waitsForView
              ? text.stopped // Perhaps by nobody: it went with the screen.
              : text.look[look]}
          {!isOn && waitsForView && look !== 'unable' ? `. ${text.needsView}` : ''}
          {obstacle && look !== 'unable' ? `. ${t.voice.obstacle[obstacle]}` : ''}
        </span>
      </div>
      <div className={styles.act}>
        <Switch
          isSelected={isOn}
          isDisabled={
            look === 'unable' ||
            look === 'asked' ||
            (!isOn && (waitsForView || !canAllow || obstacle !== undefined))
          }
          onChange={(isNowOn) => send({ type: isNowOn ? 'tool.allow' : 'tool.stop', tool })}
        >
          <span className="only-for-screen-readers">{text.allowSwitch(title)}</span>
        </Switch>
      </div>
    </li>
  );
}
