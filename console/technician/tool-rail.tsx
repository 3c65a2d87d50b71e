import { Expand, Keyboard, PanelRight, Scan, Shrink } from 'lucide-react';
import { Toolbar } from 'react-aria-components';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { TOOLS } from '../../protocol/tool.ts';
import { useStore } from '../shared/store.ts';
import { t } from '../shared/strings.ts';
import { Menu } from '../shared/ui/menu.tsx';
import { Tooltip } from '../shared/ui/tooltip.tsx';
import type { HandOver } from './hand-over.ts';
import { HandOverButton } from './hand-over-button.tsx';
import { RailButton } from './rail-button.tsx';
import { SPECIAL_KEYS } from './special-keys.ts';
import type { SupportSession } from './support-session.ts';
import { ToolButton } from './tool-button.tsx';
import styles from './tool-rail.module.css';
import type { Viewer } from './viewer.ts';

const text = t.technician.active;

/** The tools with their state, and what concerns the picture. One press asks for a tool or gives it back. */
export function ToolRail({
  session,
  state,
  handOver,
  viewer,
  isFitted,
  onFit,
  isFullScreen,
  onFullScreen,
  isPanelOpen,
  onPanel,
  onShow,
  onTypeText,
}: {
  session: SupportSession;
  state: ConsoleSessionState;
  handOver: HandOver;
  viewer: Viewer | undefined;
  isFitted: boolean;
  onFit: (isFitted: boolean) => void;
  isFullScreen: boolean;
  onFullScreen: () => void;
  isPanelOpen: boolean;
  onPanel: (isOpen: boolean) => void;
  onShow: (panel: 'chat' | 'files') => void;
  onTypeText: () => void;
}) {
  const hasControl = useStore(session.desktop.hasControl);
  return (
    <section aria-label={text.tools} className={styles.place}>
      <Toolbar orientation="vertical" aria-label={text.tools} className={styles.rail ?? ''}>
        {TOOLS.map((tool) => (
          <ToolButton
            key={tool}
            tool={tool}
            session={session}
            state={state}
            handOver={handOver}
            onShow={onShow}
          />
        ))}
        {state.agent?.kind === 'browser' && handOver.isPossible && <HandOverButton handOver={handOver} />}
        <span className={styles.gap} />
        <Menu
          label={text.keysLong}
          placement="right top"
          trigger={
            <RailButton
              icon={<Keyboard />}
              word={text.keys}
              label={hasControl ? text.keysLong : `${text.keysLong}. ${text.keysNeedControl}`}
              isDisabled={!hasControl || !viewer}
            />
          }
          groups={[
            {
              entries: SPECIAL_KEYS.map(({ id, label, keys }) => ({
                id,
                label,
                onAction: () => viewer?.press(...keys),
              })),
            },
            { entries: [{ id: 'type-text', label: text.typeText, onAction: onTypeText }] },
          ]}
        />
        <Tooltip placement="right" text={isFitted ? text.actualSizeLong : text.fitLong}>
          <RailButton
            icon={isFitted ? <Scan /> : <Shrink />}
            word={isFitted ? text.actualSize : text.fit}
            label={isFitted ? text.actualSizeLong : text.fitLong}
            onPress={() => onFit(!isFitted)}
          />
        </Tooltip>
        <Tooltip placement="right" text={isFullScreen ? text.leaveFullScreen : text.fullScreenLong}>
          <RailButton
            icon={isFullScreen ? <Shrink /> : <Expand />}
            word={text.fullScreen}
            label={isFullScreen ? text.leaveFullScreen : text.fullScreenLong}
            onPress={onFullScreen}
          />
        </Tooltip>
        <Tooltip placement="right" text={isPanelOpen ? text.hidePanel : text.showPanel}>
          <RailButton
            icon={<PanelRight />}
            word={text.panel}
            label={text.showPanel}
            isPressed={isPanelOpen}
            onPress={() => onPanel(!isPanelOpen)}
          />
        </Tooltip>
      </Toolbar>
    </section>
  );
}
