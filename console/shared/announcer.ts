import { t } from './strings.ts';

/**
 * Says `message` to screen readers. `assertive` interrupts what is being read: for what cannot wait
 * (control taken back, the connection broke). The region is made on first use and lives as long as the page.
 */
export function announce(message: string, urgency: 'polite' | 'assertive' = 'polite'): void {
  const line = document.createElement('div');
  line.textContent = message;
  region(urgency).append(line);
  setTimeout(() => line.remove(), 7000);
}

const regions = new Map<string, HTMLElement>();

function region(urgency: 'polite' | 'assertive'): HTMLElement {
  let found = regions.get(urgency);
  if (!found) {
    found = document.createElement('div');
    found.className = 'only-for-screen-readers';
    found.setAttribute('role', 'log');
    found.setAttribute('aria-live', urgency);
    found.setAttribute('aria-relevant', 'additions');
    found.setAttribute('aria-label', urgency === 'polite' ? t.announcements : t.urgentAnnouncements);
    // Open dialogs hide everything else from screen readers, but not this.
    found.dataset.liveAnnouncer = 'true';
    document.body.append(found);
    regions.set(urgency, found);
  }
  return found;
}
