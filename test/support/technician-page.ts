import type { Page } from 'playwright-core';
import { t } from '../../console/shared/strings.ts';
import { formatCode } from '../../protocol/session.ts';
import type { Tool } from '../../protocol/tool.ts';

const text = t.technician;

/** A technician at the console: what they press and read, by the words that stand there. */
export class TechnicianPage {
  constructor(
    readonly page: Page,
    readonly url: string,
  ) {}

  async signIn(email: string, password: string): Promise<void> {
    await this.page.goto(this.url);
    await this.page.getByLabel(text.signIn.email).fill(email);
    await this.page.getByLabel(text.signIn.password).fill(password);
    await this.page.getByRole('button', { name: text.signIn.action }).click();
    await this.page.getByLabel(text.signIn.password).waitFor({ state: 'hidden' });
  }

  /** Opens a session and answers its code, `123-456-789`. */
  async openSession(wish: {
    name: string;
    company?: string;
    reason: string;
    reference?: string;
    tools: readonly Tool[];
  }): Promise<string> {
    const { page } = this;
    await page.goto(new URL('/', this.url).href);
    await page
      .getByRole('link', { name: text.home.open })
      .or(page.getByRole('button', { name: text.home.open }))
      .first()
      .click();
    await page.getByLabel(text.open.name, { exact: true }).fill(wish.name);
    if (wish.company) await page.getByLabel(text.open.company).fill(wish.company);
    if (wish.reference) await page.getByLabel(text.open.reference).fill(wish.reference);
    await page.getByLabel(text.open.reason).fill(wish.reason);
    for (const [tool, name] of Object.entries(t.tools.name) as [Tool, string][]) {
      await page
        .getByRole('checkbox', { name: new RegExp(`^${name}`) })
        .setChecked(wish.tools.includes(tool), { force: true });
    }
    await page.getByRole('button', { name: text.open.action }).click();
    const digits = (await page.getByTestId('code').textContent())!.replace(/\D/g, '');
    return formatCode(digits);
  }

  /** Lets the computer in that has joined. */
  async admit(): Promise<void> {
    await this.page.getByRole('button', { name: text.joined.admit }).click();
  }

  tool(tool: Tool) {
    return this.page
      .getByRole('toolbar')
      .getByRole('button', { name: new RegExp(`^${t.tools.name[tool]}\\.`) });
  }

  /** Waits until the tool's button says so. */
  async sees(tool: Tool, standing: keyof typeof t.tools.standing): Promise<void> {
    await this.page
      .getByRole('button', { name: text.active.label(t.tools.name[tool], t.tools.standing[standing]) })
      .waitFor();
  }

  /** Waits until the console has its broker back, after the customer's end has noticed that it was gone. */
  async hasBroker(): Promise<void> {
    // The rest of the sentence counts down.
    const gone = this.page.getByText(text.active.brokerAway.split('.')[0]!).first();
    await gone.waitFor({ state: 'hidden', timeout: 60_000 });
  }

  async ask(tool: Tool): Promise<void> {
    await this.tool(tool).click();
  }

  /** The picture of the customer's desktop. */
  get desktop() {
    // A picture from before a break is not it.
    return this.page.locator('[data-testid=desktop] :is(canvas, video):not([aria-hidden])').first();
  }

  /** The colour of one pixel of the desktop, in its own coordinates: `[r, g, b]`. */
  pixel(x: number, y: number): Promise<number[]> {
    return this.desktop.evaluate(
      (shown, at) => {
        const still = document.createElement('canvas');
        const isTrack = shown instanceof HTMLVideoElement;
        still.width = isTrack ? shown.videoWidth : (shown as HTMLCanvasElement).width;
        still.height = isTrack ? shown.videoHeight : (shown as HTMLCanvasElement).height;
        const context = still.getContext('2d')!;
        context.drawImage(shown as HTMLCanvasElement | HTMLVideoElement, 0, 0);
        return [...context.getImageData(at.x, at.y, 1, 1).data].slice(0, 3);
      },
      { x, y },
    );
  }

  /** Presses the left button at a point of the customer's desktop, in the desktop's own pixels. */
  async click(at: { x: number; y: number }): Promise<void> {
    const point = await this.onScreen(at);
    await this.page.mouse.click(point.x, point.y);
  }

  /** Types as a keyboard with these keys would: one press and release each, also for what no US keyboard has. */
  async type(characters: string): Promise<void> {
    const input = await this.page.context().newCDPSession(this.page);
    for (const key of characters) {
      await input.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key });
      await input.send('Input.dispatchKeyEvent', { type: 'keyUp', key });
    }
    await input.detach();
  }

  /** Where a pixel of the customer's desktop is on this page; the picture may be scaled to fit. */
  async onScreen({ x, y }: { x: number; y: number }): Promise<{ x: number; y: number }> {
    const box = (await this.desktop.boundingBox())!;
    const width = await this.desktop.evaluate((canvas) => (canvas as HTMLCanvasElement).width);
    const scale = box.width / width;
    return { x: box.x + x * scale, y: box.y + y * scale };
  }

  async showFiles(): Promise<void> {
    await this.page.getByRole('tab', { name: text.active.tabs.files }).click();
  }

  /** Opens the panel where it is closed: a narrow window has it so. */
  async showConsent(): Promise<void> {
    const tab = this.page.getByRole('tab', { name: text.active.tabs.consent });
    if (!(await tab.isVisible()))
      await this.page.getByRole('button', { name: text.active.showPanel }).click();
    await tab.click();
  }

  async sendFile(path: string): Promise<void> {
    await this.showFiles();
    await this.page.locator('input[type=file]').setInputFiles(path);
  }

  async fetchFile(path: string): Promise<void> {
    await this.showFiles();
    const { page } = this;
    await page.getByLabel(text.files.path).or(page.getByLabel(text.files.wanted)).fill(path);
    await this.page.getByRole('button', { name: text.files.fetchAction, exact: true }).click();
  }

  async end(outcome: string, note: string): Promise<void> {
    const { page } = this;
    await page.getByRole('button', { name: text.active.end }).first().click();
    const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'));
    await dialog.getByText(outcome, { exact: true }).click();
    await dialog.getByLabel(text.end.note).fill(note);
    await dialog.getByRole('button', { name: text.end.action }).click();
    await page.getByText(text.ended.titles.ended).waitFor();
  }
}
