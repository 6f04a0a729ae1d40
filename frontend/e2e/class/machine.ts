/**
 * One person's machine: a real process with a data folder of its own, and a page on its browser face. It can be killed
 * and started again on the same folder, as a power cut would have it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const binary = process.env.THIRDSPACE ?? join(root, 'build/bin/thirdspace');
export const artifacts = join(root, 'build/artifacts/class');

/** How long a process may take until it has printed its link, in milliseconds. */
const startPatience = 20_000;

export class Machine {
  readonly dir: string;
  private process: ChildProcess | null = null;
  private context: BrowserContext | null = null;
  private pages: Page | null = null;
  /** What the page complained about: uncaught errors and errors on its console. */
  readonly complaints: string[] = [];

  constructor(
    private readonly browser: Browser,
    readonly name: string,
  ) {
    this.dir = mkdtempSync(join(tmpdir(), `thirdspace-${name}-`));
    mkdirSync(artifacts, { recursive: true });
  }

  get page(): Page {
    if (!this.pages) throw new Error(`${this.name} has no page`);
    return this.pages;
  }

  /** Starts the process and opens its page. `args` are those of the command line, such as `['join']`. */
  async start(args: string[] = []): Promise<void> {
    const url = await this.launch(args);
    this.context = await this.browser.newContext({ colorScheme: 'light', reducedMotion: 'reduce' });
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.complaints.push(`${this.name}: ${error.message}`));
    page.on('console', (message) => {
      // A killed app's socket is no fault of the page; nor is the icon that browsers ask for unasked.
      const expected = message.text().includes('WebSocket') || message.location().url.endsWith('/favicon.ico');
      if (message.type() === 'error' && !expected) this.complaints.push(`${this.name}: ${message.text()} ${message.location().url}`);
    });
    this.pages = page;
    await page.goto(url);
  }

  private launch(args: string[]): Promise<string> {
    const command = [...args, '--browser', '--data-dir', this.dir, '--log', join(artifacts, `${this.name}.log`)];
    // No display: the browser face is what is tested. A group of its own, so that a kill reaches the runners too.
    const child = spawn(binary, command, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' } });
    this.process = child;
    const errors = createWriteStream(join(artifacts, `${this.name}.stderr`), { flags: 'a' });
    child.stderr?.pipe(errors);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${this.name} printed no link within ${startPatience} ms`)), startPatience);
      let said = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const url = /http:\/\/127\.0\.0\.1:\d+\/open\S+/.exec(said)?.[0];
        if (!url) return;
        clearTimeout(late);
        resolve(url);
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${this.name} ended with ${code}: ${said}`)));
    });
  }

  /** Pulls the plug: the process gets no chance to say or write anything more. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
    await this.context?.close();
  }

  /** Leaves the page open and pulls the plug of the process behind it. */
  killBehindThePage(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** Stops the process where it is, as a machine that sleeps: nothing of it answers until it is woken. */
  sleep(): void {
    if (this.process?.pid) process.kill(-this.process.pid, 'SIGSTOP');
  }

  wake(): void {
    if (this.process?.pid) process.kill(-this.process.pid, 'SIGCONT');
  }

  async close(): Promise<void> {
    await this.context?.close();
    await this.end('SIGTERM');
    rmSync(this.dir, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    this.process = null;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (signal === 'SIGKILL') process.kill(-child.pid, signal);
    else child.kill(signal);
    await gone;
  }

  async photograph(name: string): Promise<void> {
    await this.page.screenshot({ path: join(artifacts, `${name}.png`) });
  }

  /** In light and in dark. */
  async photographBoth(name: string): Promise<void> {
    await this.photograph(`${name}-light`);
    await this.page.emulateMedia({ colorScheme: 'dark' });
    await expect(this.page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
    await this.photograph(`${name}-dark`);
    await this.page.emulateMedia({ colorScheme: 'light' });
  }
}
