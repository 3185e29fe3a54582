import { isCancelled, isUserError, type UserError } from '../base/errors.ts';
import { formatBytes } from '../base/format.ts';
import type { Ports } from '../core/stage.ts';
import { EXIT } from './exit-codes.ts';
import { errorJson } from './json.ts';
import { table } from './outcome-table.ts';
import { printLine, type Terminal } from './terminal.ts';
import { errorText } from './text-reporter.ts';

interface Finding {
  readonly subject: string;
  readonly text: string;
  readonly error?: UserError;
}

/** `julia-kaggle doctor`: the engine and the account, each with what is wrong and its remedy. */
export async function doctorCommand(
  options: { json?: boolean },
  { ports, terminal, signal }: { ports: Ports; terminal: Terminal; signal: AbortSignal },
): Promise<number> {
  const findings = await Promise.all([
    examine('engine', () => describeEngine(ports, signal)),
    examine('kaggle', () => describeAccount(ports, signal)),
  ]);
  const { stdout } = terminal;
  if (options.json === true) {
    for (const { subject, text, error } of findings) {
      const facts = { kind: 'finding', subject, ok: error === undefined, text };
      printLine(stdout, JSON.stringify(error === undefined ? facts : { ...facts, error: errorJson(error) }));
    }
  } else {
    const rows = findings.map(({ subject, text, error }) => [
      subject,
      error === undefined ? 'ok' : 'problem',
      text,
    ]);
    printLine(stdout, table(['what', 'state', 'finding'], rows));
    for (const { error } of findings) if (error !== undefined) printLine(stdout, `\n${errorText(error)}`);
  }
  return findings.some(({ error }) => error !== undefined) ? EXIT.failed : EXIT.done;
}

async function examine(subject: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { subject, text: await look() };
  } catch (error) {
    if (isCancelled(error) || !isUserError(error)) throw error;
    return { subject, text: error.title, error };
  }
}

async function describeEngine(ports: Ports, signal: AbortSignal): Promise<string> {
  const engine = await ports.engine(signal);
  const info = await engine.info(signal);
  const gpu = info.runtimes.includes('nvidia') ? 'NVIDIA runtime' : 'no NVIDIA runtime';
  return `${info.version} at ${engine.address}, ${info.platform}, ${info.cpus} CPUs, ${formatBytes(info.memoryBytes)}, ${gpu}`;
}

async function describeAccount(ports: Ports, signal: AbortSignal): Promise<string> {
  const kaggle = await ports.kaggle();
  return `${await kaggle.whoAmI(signal)} at ${kaggle.apiUrl}`;
}
