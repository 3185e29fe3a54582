import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { plain, table } from './markdown.mts';

const ROOT = join(import.meta.dirname, '..', '..');
const MOCHA = join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js');

/** One test of test/attacks. */
export interface Attack {
  /** Of the threat model. */
  readonly id: string;
  readonly tried: string;
  readonly heldBy: string;
}

/** The title that `attack` of test/attacks/attack.ts gives a test. */
const TITLE = /^(?<id>[^:]+): (?<tried>.*) — held by (?<heldBy>.*)$/s;

/** Pure: the attacks among titles of tests, in the order of their ids, which end in a number. */
export function attacksIn(titles: readonly string[]): Attack[] {
  const attacks = titles.flatMap((title) => {
    const { id, tried, heldBy } = TITLE.exec(title)?.groups ?? {};
    return id === undefined || tried === undefined || heldBy === undefined ? [] : [{ id, tried, heldBy }];
  });
  const key = ({ id, tried }: Attack): string => `${id.replace(/\d+/, (n) => n.padStart(3, '0'))} ${tried}`;
  return attacks.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The attacks that the tests are, by their names: none is carried out. */
async function attacks(): Promise<Attack[]> {
  const args = ['--dry-run', '--reporter=json', '--exit', 'test/attacks/**/*.test.ts'];
  const { stdout } = await promisify(execFile)('node', [MOCHA, ...args], { cwd: ROOT, maxBuffer: 1e8 });
  const { tests } = JSON.parse(stdout.slice(stdout.indexOf('{\n  "stats"'))) as {
    tests: { title: string }[];
  };
  return attacksIn(tests.map(({ title }) => title));
}

/** Hostile names stand in titles as well: what has no picture is shown by its number. */
function shown(text: string): string {
  const visible = text.replace(/[\p{C}\p{Z}]/gu, (sign) => (sign === ' ' ? ' ' : `U+${hex(sign)}`));
  return plain(visible);
}

function hex(sign: string): string {
  return (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

/** docs/reference/attacks.md: every attack of test/attacks. @throws Error where two have one name. */
export async function attacksReference(): Promise<string> {
  const all = await attacks();
  const names = all.map(({ id, tried }) => `${id}: ${tried}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`Two attacks are called ${twice}`);
  return [
    '# Attacks',
    `What the tests try, each for real: \`npm run test:attacks\`. [Security](../security.md) says what they belong to. ${all.length} attacks.`,
    table(
      ['threat', 'attack', 'held by'],
      all.map(({ id, tried, heldBy }) => [id, shown(tried), shown(heldBy)]),
    ),
  ].join('\n\n');
}
