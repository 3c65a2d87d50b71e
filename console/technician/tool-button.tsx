import { useState } from 'react';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import type { Tool } from '../../protocol/tool.ts';
import { announce } from '../shared/announcer.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Dialog, DialogButtons } from '../shared/ui/dialog.tsx';
import { ToolIcon } from '../shared/ui/icon-for-tool.tsx';
import { Menu, type MenuEntry } from '../shared/ui/menu.tsx';
import { toast } from '../shared/ui/toast.tsx';
import { Tooltip } from '../shared/ui/tooltip.tsx';
import { useAction } from '../shared/use-action.ts';
import { useAskAgain } from './ask-again.ts';
import { clipboardEntries } from './clipboard-actions.ts';
import type { HandOver } from './hand-over.ts';
import { useInUse } from './in-use.ts';
import { RailButton } from './rail-button.tsx';
import { isGranted, type SupportSession } from './support-session.ts';

const text = t.technician.active;

/** One tool: its state, and the press that asks for it or gives it back. Tools with more to do open a menu once allowed. */
export function ToolButton({
  tool,
  session,
  state,
  handOver,
  onShow,
}: {
  tool: Tool;
  session: SupportSession;
  state: ConsoleSessionState;
  handOver: HandOver;
  onShow: (panel: 'chat' | 'files') => void;
}) {
  const [isConfirming, setConfirming] = useState(false);
  const { act } = useAction();
  const askAgain = useAskAgain(state.tools[tool]);
  const { inUse } = useInUse(session, state);
  // Without its lane it is allowed still, and not in use.
  const standing =
    state.tools[tool].standing === 'in-use' && !inUse.includes(tool) ? 'granted' : state.tools[tool].standing;
  const name = t.tools.name[tool];
  const granted = isGranted(state, tool);
  const needsProgram = standing === 'unable' && state.agent?.kind === 'browser';

  const ask = () =>
    act(async () => {
      await session.send({ type: 'tools.request', tools: [tool] });
      announce(text.asked(name));
    });
  const giveBack = () =>
    act(async () => {
      await session.send({ type: 'grant.return', tool });
      announce(text.gaveBack(name));
    });
  const face = {
    icon: <ToolIcon tool={tool} size={20} />,
    word: text.short[tool],
    label: needsProgram
      ? programNeeded(name, handOver, state)
      : `${text.label(name, t.tools.standing[standing])}${askAgain > 0 ? ` ${text.notYet}` : ''}`,
    standing,
    waitSeconds: askAgain,
    // The press leads to the program, or says why there is none.
    isDisabled: standing === 'unable' && !(needsProgram && tool === 'control'),
  };

  const obstacle = tool === 'voice' ? state.voice?.obstacle : undefined;
  const more = granted ? entriesOf(tool, session, state, onShow) : [];
  if (more.length > 0)
    return (
      <Menu
        label={name}
        placement="right top"
        trigger={<RailButton {...face} />}
        groups={[
          { title: `${name}: ${t.tools.standing[standing]}`, entries: more },
          { entries: [{ id: 'give-back', label: text.giveBack(name), onAction: giveBack }] },
        ]}
      />
    );
  function press() {
    if (standing === 'unable') handOver.press();
    else if (standing === 'asked') announce(text.label(name, t.tools.standing[standing]));
    else if (askAgain > 0) toast(text.askAgainIn(state.contact.name, standing === 'revoked', askAgain));
    else if (!granted && obstacle) toast(t.voice.obstacle[obstacle], 'warning');
    else if (!granted) void ask();
    else if (tool === 'view') setConfirming(true);
    else void giveBack();
  }
  return (
    <>
      <Tooltip
        placement="right"
        text={askAgain > 0 || needsProgram ? face.label : tooltipOf(granted, standing, name)}
      >
        <RailButton {...face} isPressed={granted} onPress={press} />
      </Tooltip>
      <Dialog
        title={text.stopViewing}
        role="alertdialog"
        isOpen={isConfirming && granted}
        onClose={() => setConfirming(false)}
      >
        <p>{text.stopViewingText}</p>
        <DialogButtons>
          <Button onPress={() => setConfirming(false)}>{t.cancel}</Button>
          <Button
            kind="danger"
            onPress={() => {
              setConfirming(false);
              void giveBack();
            }}
          >
            {text.stopViewingAction}
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  );
}

const programNeeded = (name: string, { isPossible }: HandOver, { computer }: ConsoleSessionState): string =>
  isPossible
    ? t.handOver.technician.needsProgram(name)
    : t.handOver.technician.cannot(name, computer?.platform ?? '');

function tooltipOf(
  granted: boolean,
  standing: ConsoleSessionState['tools'][Tool]['standing'],
  name: string,
): string {
  if (granted) return text.giveBack(name);
  if (standing === 'asked' || standing === 'unable') return text.label(name, t.tools.standing[standing]);
  const past = standing === 'off' ? '' : ` (${t.tools.standing[standing].toLowerCase()})`;
  return `${text.ask(name)}${past}`;
}

function entriesOf(
  tool: Tool,
  session: SupportSession,
  { agent, contact }: ConsoleSessionState,
  onShow: (panel: 'chat' | 'files') => void,
): MenuEntry[] {
  switch (tool) {
    case 'chat':
      return [{ id: 'show', label: text.openPanel.chat, onAction: () => onShow('chat') }];
    case 'file-upload':
    case 'file-download':
      return [{ id: 'show', label: text.openPanel.files, onAction: () => onShow('files') }];
    case 'clipboard':
      return clipboardEntries(session.clipboard, { agent: agent?.kind ?? 'native', name: contact.name });
    default:
      return [];
  }
}
