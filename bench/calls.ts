import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { juliaHere, pythonWithFrames } from '../test/support/julia-here.ts';
import { atMost, type Row, told } from './rows.ts';

const BRIDGE = resolve(import.meta.dirname, '../src/core/contract/evaluation/julia_kaggle_bridge');
const PACKAGES = resolve(import.meta.dirname, '../test/evaluation/scripts');
const MANY = 100_000;
/** Of both processes: 200 bytes kept of each call would be more. */
const GROWN_MB = 20;

type Figure =
  | {
      readonly kind: 'call';
      readonly rows: number;
      readonly columns: number;
      readonly megabytes: number;
      /** Median milliseconds. */
      readonly relay: number;
      readonly bridge: number;
    }
  | { readonly kind: 'large'; readonly rows: number; readonly columns: number; readonly seconds: number }
  | { readonly kind: 'many'; readonly calls: number; readonly python: number; readonly julia: number };

/** What the bridge to Julia adds to a call of a competition's gateway, and whether its memory stays. */
export async function benchCalls(): Promise<Row[]> {
  const [python, julia] = await Promise.all([pythonWithFrames(), juliaHere()]);
  const args = [join(import.meta.dirname, 'calls.py'), BRIDGE, julia, PACKAGES, String(MANY)];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = await promisify(execFile)(python, args, { env });
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return lines.flatMap((line) => rowsOf(JSON.parse(line) as Figure));
}

function rowsOf(figure: Figure): Row[] {
  switch (figure.kind) {
    case 'call': {
      const { rows, columns, megabytes, relay, bridge } = figure;
      const call = `a call with ${rows} × ${columns}`;
      return [
        told(`${call}, relay alone, median`, relay, 'ms'),
        atMost(`${call}, bridge, median`, bridge, 'ms', 1.5 + 0.01 * columns + 5 * megabytes),
        atMost(`${call}, bridge against relay`, bridge / relay, 'times', 1),
      ];
    }
    case 'large':
      return [told(`a call with ${figure.rows} × ${figure.columns}, bridge, best`, figure.seconds, 's')];
    case 'many':
      return [
        atMost(`${figure.calls} calls, growth of Python's memory`, figure.python, 'MB', GROWN_MB),
        atMost(`${figure.calls} calls, growth of Julia's memory`, figure.julia, 'MB', GROWN_MB),
      ];
  }
}
