import { homedir } from 'node:os';
import { createInterface } from 'node:readline/promises';
import packageJson from '../../package.json' with { type: 'json' };
import { cancellable } from '../base/abort.ts';
import { createCore } from '../core/core.ts';
import { proxyFetch } from '../base/proxy-fetch.ts';
import { speakAs } from './language.ts';
import { type ProgramContext, runProgram } from './program.ts';
import type { TerminalStreams } from './terminal.ts';

const cancelling = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => cancelling.abort());
// The terminal is closed, or Ctrl+Break of Windows. Under nohup, which takes the terminal away, it is to go on.
let hungUp = false;
if (process.stderr.isTTY) {
  process.on('SIGBREAK', () => cancelling.abort());
  process.on('SIGHUP', () => {
    hungUp = true;
    cancelling.abort();
  });
}
// Who reads the output may leave before its end (`| head`).
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => cancelling.abort());

const terminal: TerminalStreams = {
  stdout: process.stdout,
  stderr: process.stderr,
  interactive: process.stderr.isTTY,
  // The window may be made narrower meanwhile.
  get columns() {
    return process.stderr.columns;
  },
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
  // Also from a pipe: a script may bring the answer.
  prompt,
};

async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  return /^y(es)?$/i.test((await prompt(`${question} [y/N] `, signal)).trim());
}

async function prompt(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Where the input ends there is no answer.
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    return await cancellable(signal, () => Promise.race([lines.question(question, { signal }), ended]));
  } finally {
    lines.close();
  }
}

const context: ProgramContext = {
  coreWith: (logger) =>
    createCore({
      environment: process.env,
      homeFolder: homedir(),
      platform: process.platform,
      logger,
      fetch: proxyFetch(process.env),
    }),
  terminal,
  signal: cancelling.signal,
  version: packageJson.version,
};

const args = process.argv.slice(2);
void speakAs(process.env, args)
  .then(() => runProgram(args, context))
  .then((code) => {
    // Set rather than exit(): what was printed into a pipe is still to be written.
    process.exitCode = code;
    // Without its terminal Node cannot end by itself: it fails to give that back as it was.
    if (hungUp) process.kill(process.pid, 'SIGKILL');
  });
