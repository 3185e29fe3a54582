import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attacksIn } from '../../../scripts/docs/attacks-reference.mts';

const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');

/** A table of Markdown that begins with these words: its rows, as cells. */
function rowsOf(page: string, firstColumn: RegExp): string[][] {
  const rows = page
    .split('\n')
    .map((line) => (/^\|.*\|$/.test(line) ? line.slice(1, -1).split(/(?<!\\)\|/) : undefined))
    .map((cells) => cells?.map((cell) => cell.trim()));
  let isOurs = false;
  return rows.flatMap((cells, i) => {
    if (cells === undefined) isOurs = false;
    else if (rows[i - 1] === undefined) isOurs = firstColumn.test(cells[0] ?? '');
    else if (isOurs && !/^:?-+:?$/.test(cells[0] ?? '')) return [cells];
    return [];
  });
}

/**
 * Where a threat model and the attacks that there are say different things, a line each.
 * @param page Markdown; the tables of threats begin with "what it may try" or "what they may try", and name in their last
 * column the ids of attacks.
 * @param ids of the attacks that there are.
 */
function differences(page: string, ids: ReadonlySet<string>): string[] {
  const threats = rowsOf(page, /^what (it|they) may try$/);
  const named = threats.map(([tried = '', ...rest]) => ({
    tried,
    ids: (rest.at(-1) ?? '').split(/,\s*/).filter((id) => id !== ''),
  }));
  const all = new Set(named.flatMap((threat) => threat.ids));
  return [
    ...named.flatMap((threat) => (threat.ids.length === 0 ? [`no attack for: ${threat.tried}`] : [])),
    ...[...all].filter((id) => !ids.has(id)).map((id) => `no attack has the id ${id}`),
    ...[...ids].filter((id) => !all.has(id)).map((id) => `no line names the attacks ${id}`),
  ];
}

const THREATS = `
| what it may try | what holds it | attacks |
| --- | --- | --- |
| write \\| through | a guard | C1, git |
| read | another | H2 |

| what leaves | where to | when |
| --- | --- | --- |
| all | nowhere | never |

| what they may try | what holds it | attacks |
| :-- | :-- | :-- |
| shout | silence | M4 |
`;

describe('the comparison of a threat model with the attacks', () => {
  const compared = (page: string, ...ids: string[]): string[] => differences(page, new Set(ids));

  it('finds nothing where they fit', () => {
    assert.deepEqual(compared(THREATS, 'C1', 'git', 'H2', 'M4'), []);
  });

  it('finds an attack that no line names', () => {
    assert.deepEqual(compared(THREATS, 'C1', 'git', 'H2', 'M4', 'M5'), ['no line names the attacks M5']);
  });

  it('finds a line of which the attacks are not there', () => {
    assert.deepEqual(compared(THREATS, 'C1', 'git', 'H2'), ['no attack has the id M4']);
  });

  it('finds a promise without an attack', () => {
    const page = THREATS.replace('| another | H2 |', '| another |  |');
    assert.deepEqual(compared(page, 'C1', 'git', 'M4'), ['no attack for: read']);
  });
});

describe('titles of attacks', () => {
  it('are read whatever is in them, and told from those of other tests', () => {
    const titles = [
      'H12: a: b — c — held by one, and another',
      'H2: two\nlines — held by x',
      'local Kaggle: a window — held by host/trust',
      'an honest project goes on',
      'says: nothing of who holds it',
    ];
    assert.deepEqual(
      attacksIn(titles).map(({ id, tried, heldBy }) => [id, tried, heldBy]),
      [
        ['H2', 'two\nlines', 'x'],
        ['H12', 'a: b — c', 'one, and another'],
        ['local Kaggle', 'a window', 'host/trust'],
      ],
    );
  });
});

describe('docs/security.md', () => {
  it('names for each threat attacks that there are, and leaves out none', () => {
    const list = readFileSync(join(DOCS, 'reference', 'attacks.md'), 'utf8');
    const ids = new Set(rowsOf(list, /^threat$/).map(([id = '']) => id));
    assert.ok(ids.size > 0);
    assert.deepEqual(differences(readFileSync(join(DOCS, 'security.md'), 'utf8'), ids), []);
  });
});
