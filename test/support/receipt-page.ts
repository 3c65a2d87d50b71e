import type { Page } from 'playwright-core';
import { receipt as text } from '../../console/shared/strings/en/receipt.ts';

/** Somebody at the page that reads receipts. */
export class ReceiptPage {
  constructor(readonly page: Page) {}

  async open(origin: string): Promise<void> {
    await this.page.goto(`${origin}/receipt`, { waitUntil: 'networkidle' });
    await this.page.evaluate(() => document.fonts.ready);
  }

  /** Opens the file; resolves when the page has said whether it is right. */
  async read(content: string, name = 'receipt.json'): Promise<void> {
    await this.page.locator('input[type=file]').setInputFiles({
      name,
      mimeType: 'application/json',
      buffer: Buffer.from(content),
    });
    await this.#verdictShown();
  }

  /** Drops a file as a person does: the browser itself lets go of it over the page. */
  async drop(path: string): Promise<void> {
    const box = await this.page.getByText(text.drop).boundingBox();
    if (box === null) throw new Error('there is no place to drop on');
    const inspector = await this.page.context().newCDPSession(this.page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await inspector.send('Input.dispatchDragEvent', {
        type,
        x: box.x + box.width / 2,
        y: box.y + box.height / 2,
        data: { items: [], files: [path], dragOperationsMask: 1 },
      });
    await this.#verdictShown();
  }

  async #verdictShown(): Promise<void> {
    const said = [text.unchanged, text.right, text.wrong, text.otherTitle, text.signed.contradicts].map(
      (each) => this.page.getByText(each),
    );
    await said.reduce((one, other) => one.or(other)).waitFor();
  }

  isRight(): Promise<boolean> {
    return this.page.getByText(text.unchanged).or(this.page.getByText(text.right)).isVisible();
  }

  /** What stands in the box that says whether it is right. */
  async verdict(): Promise<string> {
    return (await this.page.locator('[role=status], [role=alert]').first().innerText()).replace(/\s+/g, ' ');
  }

  async giveKey(key: string): Promise<void> {
    await this.page.getByLabel(text.given).fill(key);
  }

  /** Everything that can be read, as one text without line breaks. */
  async words(): Promise<string> {
    return (await this.page.getByRole('main').innerText()).replace(/\s+/g, ' ');
  }
}
