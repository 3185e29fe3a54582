import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { VsCodeWindow } from '../../test/vscode/support/window.ts';
import { type Outcome, Tally, type TortureCase } from '../case.ts';
import { Random } from '../random.ts';
import { inWorld, type WatchedWorld } from '../support/in-world.ts';
import { checkState } from '../support/struck-run.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
/** In which stages the extension host is killed, one after the other. */
const KILLED_IN = ['build', 'rehearse', 'upload', 'notebook', 'submit'] as const;
const AFTER_MOST_MS = 1_500;
const LONGEST_MS = 300_000;

/** A window of the real VS Code on the world's project. */
async function openWindow({ environment, image, project }: WatchedWorld): Promise<{
  window: VsCodeWindow;
  reload: () => Promise<void>;
}> {
  const { HOME: _, JULIA_KAGGLE_API_URL: apiUrl, ...others } = environment;
  const settings = { 'juliaKaggle.image': image, 'juliaKaggle.apiUrl': apiUrl };
  const workspace = (): Promise<string> => Promise.resolve(project);
  const window = await VsCodeWindow.open({ workspace, settings, environment: others });
  window.page.setDefaultTimeout(LONGEST_MS);
  return { window, reload: () => window.reload(settings) };
}

/** Starts what one button starts, unless it goes on by itself. */
async function goOn(window: VsCodeWindow): Promise<void> {
  if (!(await window.panel.locator('[data-stage="build"]').isVisible())) await window.statusItem.click();
  const submit = window.panel.getByRole('button', { name: 'Submit to harbour-tides' });
  const plan = window.panel.getByRole('region', { name: /^What will be done/ });
  const start = plan.getByRole('button', { name: /^(Start|Submit)$/ });
  const running = window.panel.getByRole('button', { name: /^Cancel/ });
  // It may go on by itself after any of these steps.
  for (const step of [submit, start]) {
    await step.or(running).first().waitFor();
    if (await running.isVisible()) return;
    await step.click();
  }
}

/** Waits, and says yes when the upload is asked for meanwhile. */
async function until(window: VsCodeWindow, wanted: Locator): Promise<void> {
  const yes = window.page.getByRole('dialog').getByRole('button', { name: 'Submit', exact: true });
  const end = performance.now() + LONGEST_MS;
  while (performance.now() < end) {
    if (await wanted.isVisible()) return;
    if (await yes.isVisible()) await yes.click();
    await pause(100);
  }
  throw new Error('It never came in the window.');
}

/** Ends the extension host of this window's server, and of no other on this machine, as a crash does. */
async function killExtensionHost(window: VsCodeWindow): Promise<number> {
  let killed = 0;
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = async (name: string): Promise<string> =>
      await readFile(join('/proc', id, name), 'utf8').catch(() => '');
    const isHost = (await read('cmdline')).includes('--type=extensionHost');
    if (!isHost || !(await read('environ')).includes(`TMPDIR=${window.server.folder}\0`)) continue;
    process.kill(Number(id), 'SIGKILL');
    killed += 1;
  }
  return killed;
}

async function killedHosts(seed: number): Promise<Outcome> {
  const tally = new Tally();
  const random = new Random(seed);
  await inWorld(tally, async (world) => {
    const { window, reload } = await openWindow(world);
    try {
      for (const stage of KILLED_IN) {
        await goOn(window);
        await until(window, window.stage(stage).locator('.word', { hasText: 'Running' }));
        await pause(random.below(AFTER_MOST_MS));
        if ((await killExtensionHost(window)) === 0) tally.failed(`no extension host to kill in ${stage}`);
        await reload();
        await window.statusItem.waitFor();
        tally.survived();
      }
      await goOn(window);
      await until(window, window.panel.getByText(/Submission is complete, public score 0\.\d+/));
    } finally {
      await window.close();
    }
    await checkState(world, {}, tally);
  });
  return tally.outcome();
}

/** What test/vscode/e2e/trust.test.ts shows, told in the table too. */
async function untrusted(): Promise<Outcome> {
  const tally = new Tally();
  const command = [join(ROOT, 'test', 'vscode', 'run.mjs'), 'trust'];
  const running = promisify(execFile)(process.execPath, command, { cwd: ROOT });
  // Its closing line says how many failed.
  const { stdout } = await running.catch((error: unknown) => error as { stdout: string });
  const [, passed = '0', failed = '1'] = /^(\d+) passed, (\d+) failed/m.exec(stdout) ?? [];
  // Whether something was executed or the window did not open: what it printed says so.
  if (Number(failed) > 0) tally.failed(stdout);
  tally.survived(Number(passed));
  return tally.outcome();
}

/** In the real VS Code. */
export const editorKillCases: readonly TortureCase[] = [
  { group: 'kill', name: 'SIGKILL of the extension host', fullOnly: true, run: killedHosts },
];
export const trustCases: readonly TortureCase[] = [
  {
    group: 'trust',
    name: 'an untrusted workspace with hostile settings',
    fullOnly: true,
    run: untrusted,
  },
];
