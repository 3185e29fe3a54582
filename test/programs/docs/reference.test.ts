import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { commands } from '../../../scripts/docs/cli-reference.mts';
import { GENERATED, generatedText, pathOf, SLOW } from '../../../scripts/docs/pages.mts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Pages of documentation by their path below the root. */
const DOCS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'examples/README.md',
  ...(readdirSync(join(ROOT, 'docs'), { recursive: true }) as string[]).map((name) => join('docs', name)),
].filter((name) => name.endsWith('.md'));

const textOf = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

/** What a pattern's first group finds in the documentation, with the page. */
function named(pattern: RegExp): { page: string; name: string }[] {
  return DOCS.flatMap((page) => [...textOf(page).matchAll(pattern)].map(([, name = '']) => ({ page, name })));
}

describe('what is generated', () => {
  // The slow ones are in test/package.
  for (const name of Object.keys(GENERATED).filter((each) => !SLOW.includes(each)))
    it(`${name} is what npm run docs makes`, async () => {
      assert.equal(readFileSync(pathOf(name), 'utf8'), await generatedText(name));
    });
});

describe('the documentation', () => {
  it('names only commands and options that julia-kaggle has', () => {
    const known = new Map(
      commands().map((command) => [command.name(), command.options.map(({ long }) => long)]),
    );
    const uses = named(/(?:`|^ {4}|^)julia-kaggle ([a-z][^`\n#;]*)/gm);
    assert.ok(uses.length > 30);
    for (const { page, name } of uses) {
      const [command = '', ...rest] = name.split(/[\s,]+/);
      const options = known.get(command);
      assert.ok(options !== undefined, `${page}: julia-kaggle ${command}`);
      for (const option of rest.filter((word) => word.startsWith('--')))
        assert.ok(options.includes(option), `${page}: julia-kaggle ${command} ${option}`);
    }
  });

  it('names only npm scripts that there are', () => {
    const uses = named(/npm run ([\w:-]+)/g).filter(({ name }) => !name.startsWith('-'));
    for (const { page, name } of uses) assert.ok(name in packageJson.scripts, `${page}: npm run ${name}`);
  });

  it('names only commands and settings that the extension has', () => {
    const { commands: contributed, configuration } = packageJson.contributes;
    const ids = new Set([
      ...contributed.map(({ command }) => command),
      ...Object.keys(configuration.properties),
    ]);
    const uses = named(/\b(juliaKaggle\.\w+)/g);
    assert.ok(uses.length > 30);
    for (const { page, name } of uses) assert.ok(ids.has(name), `${page}: ${name}`);
  });

  it('links to files that there are', () => {
    const links = named(/\]\((?!https?:|#)([^)\s#]+)/g);
    assert.ok(links.length > 5);
    for (const { page, name } of links)
      assert.ok(existsSync(join(ROOT, dirname(page), name)), `${page}: ${name}`);
  });
});
