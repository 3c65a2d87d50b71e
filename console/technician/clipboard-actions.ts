import type { AgentKind } from '../../protocol/computer.ts';
import { t } from '../shared/strings.ts';
import type { MenuEntry } from '../shared/ui/menu.tsx';
import { toast } from '../shared/ui/toast.tsx';
import type { SharedClipboard } from './shared-clipboard.ts';

const text = t.clipboard.technician;

/** Whose clipboard is at the other end. A program takes and gives by itself, in a browser the customer presses each time. */
export interface TheirClipboard {
  readonly agent: AgentKind;
  readonly name: string;
}

/** What can be done with the clipboard, once it is allowed. */
export function clipboardEntries(clipboard: SharedClipboard, theirs: TheirClipboard): MenuEntry[] {
  const ask = { id: 'ask', label: text.ask, onAction: () => askForClipboard(clipboard, theirs) };
  return [
    { id: 'give', label: text.give, onAction: () => void giveClipboard(clipboard, theirs) },
    ...(theirs.agent === 'browser' ? [ask] : []),
    { id: 'take', label: text.take, onAction: () => void takeClipboard(clipboard, theirs) },
  ];
}

/** Gives the technician's clipboard to the customer's computer; the browser may ask for permission. */
async function giveClipboard(clipboard: SharedClipboard, { agent, name }: TheirClipboard): Promise<void> {
  let own: string;
  try {
    own = await navigator.clipboard.readText();
  } catch {
    // Refused by the person or the browser.
    toast(text.unreadable, 'warning');
    return;
  }
  if (own === '') toast(text.nothingHere);
  else
    switch (clipboard.give(own)) {
      case 'given':
        toast(agent === 'browser' ? text.shown(name) : text.given, 'done');
        break;
      case 'too-large':
        toast(text.tooLarge, 'warning');
        break;
      case 'no-lane':
        toast(text.notNow, 'warning');
        break;
    }
}

function askForClipboard(clipboard: SharedClipboard, { name }: TheirClipboard): void {
  if (clipboard.ask()) toast(text.asked(name));
  else toast(text.notNow, 'warning');
}

/** Puts what was last copied on the customer's computer on the technician's clipboard. */
async function takeClipboard(clipboard: SharedClipboard, { agent, name }: TheirClipboard): Promise<void> {
  const theirs = clipboard.received;
  if (theirs === undefined) {
    toast(agent === 'browser' ? text.nothingSent(name) : text.nothingThere);
    return;
  }
  try {
    await navigator.clipboard.writeText(theirs);
    toast(text.taken, 'done');
  } catch {
    // As above.
    toast(text.unreadable, 'warning');
  }
}

/** Says what a customer in a browser sent, or that they send nothing. The answer stops it, and takes back what was said. */
export function tellOfClipboard(clipboard: SharedClipboard, name: string): () => void {
  let takeBack = () => {};
  const stop = clipboard.news.subscribe(() => {
    const news = clipboard.news.get();
    if (news === 'declined') toast(text.declined(name));
    else if (news) takeBack = toast(text.came(name), 'done');
  });
  return () => {
    stop();
    takeBack();
  };
}

/**
 * Keeps both clipboards alike without being asked, where the browser allows it without a question: theirs comes when
 * it changes, ours goes when the picture gets the focus, before the first Ctrl V. The answer stops it.
 */
export function shareClipboard(clipboard: SharedClipboard, picture: HTMLElement): () => void {
  const give = async () => {
    if ((await permission('clipboard-read')) !== 'granted') return;
    try {
      clipboard.keepAlike(await navigator.clipboard.readText());
    } catch {
      // The focus went elsewhere meanwhile: the next time it comes back.
    }
  };
  const take = () => {
    const news = clipboard.news.get();
    if (typeof news !== 'object' || !document.hasFocus()) return;
    navigator.clipboard.writeText(news.text).catch(() => {
      // Not allowed here: the menu of the clipboard tool has it.
    });
  };
  picture.addEventListener('focusin', give);
  const stop = clipboard.news.subscribe(take);
  return () => {
    picture.removeEventListener('focusin', give);
    stop();
  };
}

async function permission(name: string): Promise<PermissionState> {
  try {
    return (await navigator.permissions.query({ name: name as PermissionName })).state;
  } catch {
    // Browsers that know no such permission ask each time: not without a press, then.
    return 'prompt';
  }
}
