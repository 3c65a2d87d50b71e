import type { Locator, Page } from 'playwright-core';
import { customer as text } from '../../console/shared/strings/en/customer.ts';
import { handOver } from '../../console/shared/strings/en/hand-over.ts';
import type { Tool } from '../../protocol/tool.ts';
import { until } from './until.ts';

/** The customer at the page that their agent serves. */
export class CustomerPage {
  constructor(readonly page: Page) {}

  async open(address: string): Promise<void> {
    await this.page.goto(address);
  }

  /** The join page, up to the press that asks who is behind this code. */
  async enterCode(url: string, code: string): Promise<void> {
    await this.page.goto(new URL('/join', url).href);
    await this.page.getByLabel(text.join.field).fill(code);
    await this.page.getByRole('button', { name: text.join.proceed }).click();
  }

  /** The join page: who is behind this code? */
  async lookAtCode(url: string, code: string): Promise<void> {
    await this.enterCode(url, code);
    await this.page.getByRole('button', { name: text.join.goOn }).waitFor();
  }

  /** The line to paste, after the card was confirmed. */
  async agentCommand(): Promise<string> {
    await this.page.getByRole('button', { name: text.join.goOn }).click();
    // From this browser is the first way; the program is behind it.
    await this.page.getByText(text.join.startHeading).click();
    return (await this.page.getByText(/--code \d{9}/).textContent())!;
  }

  /** From the join page on: this browser becomes the agent. */
  async shareHere(url: string, code: string): Promise<void> {
    await this.lookAtCode(url, code);
    await this.page.getByRole('button', { name: text.join.goOn }).click();
    await this.page.getByRole('button', { name: text.browser.go }).click();
    await this.page.getByRole('button', { name: text.local.allowTicked }).waitFor();
  }

  /** Of the line for going on with the program, copied as its customer does: the page draws a part of it as dots. */
  async handOverTicket(): Promise<string> {
    const { page } = this;
    await page.getByText(/--ticket=\S+/).waitFor();
    await page.bringToFront();
    await page.getByRole('button', { name: text.join.copy, exact: true }).click();
    await page.getByRole('button', { name: text.join.copied, exact: true }).waitFor();
    const line = await page.evaluate(() => navigator.clipboard.readText());
    return /--ticket=(\S+)/.exec(line)![1]!;
  }

  /** Says that the program that has come is theirs, or that it is not. */
  async answerProgram(isTheirs: boolean): Promise<void> {
    const { letIn, turnAway } = handOver.customer;
    await this.page.getByRole('button', { name: isTheirs ? letIn : turnAway, exact: true }).click();
  }

  /** Waits for this message; one that came out of sight stands in the dock too. */
  async gets(message: string): Promise<void> {
    await this.page
      .getByRole('list', { name: text.local.chat })
      .getByText(message, { exact: true })
      .waitFor();
  }

  /** The question for one more tool. */
  question() {
    return this.page.getByRole('button', { name: text.local.refuse, exact: true }).first();
  }

  /** Ticks these tools on the technician card and allows them. */
  async allow(tools: readonly Tool[]): Promise<void> {
    for (const tool of tools) {
      await this.page
        .getByRole('checkbox', { name: text.tool.title[tool], exact: true })
        .setChecked(true, { force: true });
    }
    await this.page.getByRole('button', { name: text.local.allowTicked }).click();
  }

  /** The same ticks once more: the button takes no press until it is clear that the first answer was not taken. */
  async allowAgain(): Promise<void> {
    await this.#pressUntilGone(this.page.getByRole('button', { name: text.local.allowTicked }));
  }

  async notNow(): Promise<void> {
    await this.page.getByRole('button', { name: text.local.notNow }).click();
  }

  /** Answers the question for one more tool. */
  async answer(yes: boolean): Promise<void> {
    const button = this.page
      .getByRole('button', { name: yes ? text.local.allow : text.local.refuse, exact: true })
      .first();
    await button.waitFor();
    await this.#pressUntilGone(button);
  }

  async acceptFile(): Promise<void> {
    const button = this.page.getByRole('button', { name: text.local.accept, exact: true }).first();
    await button.waitFor();
    await this.#pressUntilGone(button);
  }

  async sendFile(): Promise<void> {
    const button = this.page.getByRole('button', { name: text.local.sendIt, exact: true }).first();
    await button.waitFor();
    await this.#pressUntilGone(button);
  }

  async stop(tool: Tool): Promise<void> {
    const { page } = this;
    const name = text.local.allowSwitch(text.tool.title[tool]);
    await page.locator('label', { has: page.getByRole('switch', { name, checked: true }) }).click();
  }

  async stopEverything(): Promise<void> {
    await this.page.getByRole('button', { name: text.local.stopEverything }).click();
  }

  /** Waits until the page says that the session is over. */
  async over(): Promise<void> {
    await this.page.getByRole('heading', { name: text.local.over }).waitFor();
  }

  /** A yes does not count while the technician's hands are on this computer; a person presses again then, and so do we. */
  async #pressUntilGone(button: Locator): Promise<void> {
    await until('the answer counted', async () => {
      if (!(await button.isVisible())) return true;
      await button.click({ timeout: 3_000 }).catch(() => {});
      return button.waitFor({ state: 'hidden', timeout: 1_000 }).then(
        () => true,
        () => false,
      );
    });
  }

  /** Closes the page once it says that the session is over; its agent waits for that. */
  async leaves(): Promise<void> {
    await this.over();
    await this.page.close();
  }
}
