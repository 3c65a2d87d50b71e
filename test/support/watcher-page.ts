import type { Page } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import { TechnicianPage } from './technician-page.ts';

const text = t.watching.watcher;

/** Somebody at the console who watches a session of another technician. */
export class WatcherPage {
  readonly page: Page;
  readonly #console: TechnicianPage;

  constructor(page: Page, url: string) {
    this.page = page;
    this.#console = new TechnicianPage(page, url);
  }

  signIn(email: string, password: string): Promise<void> {
    return this.#console.signIn(email, password);
  }

  /** From the session's record, as a manager finds it. */
  async watchFromLog(id: string): Promise<void> {
    await this.page.goto(new URL(`/log/${id}`, this.#console.url).href);
    await this.page.getByRole('button', { name: t.watching.log.watch }).click();
  }

  /** By the line on whatever page is open. */
  async acceptInvitation(): Promise<void> {
    await this.page.getByRole('link', { name: t.watching.invitations.open, exact: true }).click();
  }

  /** Has the customer asked. */
  async ask(customer = 'Ada Example'): Promise<void> {
    await this.page.getByRole('button', { name: new RegExp(`^(${text.ask}|${text.askAgain})$`) }).click();
    await this.reads(text.asked(customer));
  }

  async reads(sentence: string): Promise<void> {
    await this.page.getByText(sentence).first().waitFor();
  }

  get desktop() {
    return this.page.locator('[data-testid=watched-desktop] :is(canvas, video)').first();
  }

  /** The picture is there. */
  async sees(): Promise<void> {
    await this.page.locator('[data-testid=watched-desktop] [data-connected]').first().waitFor();
  }

  async leave(): Promise<void> {
    await this.page.getByRole('button', { name: text.leave, exact: true }).click();
  }
}
