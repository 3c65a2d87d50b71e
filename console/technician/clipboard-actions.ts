import { t } from '../shared/strings.ts';
import { toast } from '../shared/ui/toast.tsx';
import type { SharedClipboard } from './shared-clipboard.ts';

const text = t.technician.active;

/** Gives the technician's clipboard to the customer's computer; the browser may ask for permission. */
export async function giveClipboard(clipboard: SharedClipboard): Promise<void> {
  let own: string;
  try {
    own = await navigator.clipboard.readText();
  } catch {
    // Refused by the person or the browser.
    toast(text.clipboardUnreadable, 'warning');
    return;
  }
  const isGiven = clipboard.give(own);
  toast(isGiven ? text.clipboardSent : text.clipboardTooLarge, isGiven ? 'done' : 'warning');
}

/** Puts what was last copied on the customer's computer on the technician's clipboard. */
export async function takeClipboard(clipboard: SharedClipboard): Promise<void> {
  const theirs = clipboard.received.get();
  if (theirs === undefined) {
    toast(text.clipboardEmpty);
    return;
  }
  try {
    await navigator.clipboard.writeText(theirs);
    toast(text.clipboardTaken, 'done');
  } catch {
    // As above.
    toast(text.clipboardUnreadable, 'warning');
  }
}

/**
 * Keeps both clipboards alike without being asked, where the browser allows it without a question: theirs comes when
 * it changes, ours goes when the picture gets the focus, before the first Ctrl V. The answer stops it.
 */
export function shareClipboard(clipboard: SharedClipboard, picture: HTMLElement): () => void {
  const give = async () => {
    if ((await permission('clipboard-read')) !== 'granted') return;
    try {
      clipboard.give(await navigator.clipboard.readText());
    } catch {
      // The focus went elsewhere meanwhile: the next time it comes back.
    }
  };
  const take = () => {
    const theirs = clipboard.received.get();
    if (theirs === undefined || !document.hasFocus()) return;
    navigator.clipboard.writeText(theirs).catch(() => {
      // Not allowed here: the menu of the clipboard tool has it.
    });
  };
  picture.addEventListener('focusin', give);
  const stop = clipboard.received.subscribe(take);
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
