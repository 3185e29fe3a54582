import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import nls from '../../../package.nls.json' with { type: 'json' };
import packageJson from '../../../package.json' with { type: 'json' };
import { extension } from '../../../src/host/begin.ts';
import { EditorDouble } from '../../support/editor-double.ts';
import { tempFolder } from '../../support/temp.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

describe('package.json', () => {
  it('has a text for each name of one, and no text too many', () => {
    const used = JSON.stringify(packageJson).match(/%[\w.]+%/g) ?? [];
    const names = new Set(used.map((name) => name.slice(1, -1)));
    assert.deepEqual([...names].sort(), Object.keys(nls).sort());
  });

  it('contributes the commands that the extension registers', async () => {
    const editor = new EditorDouble();
    const { activate, deactivate } = extension(editor.vs, () => assert.fail('no core is needed'));
    activate(editor.context(await tempFolder()));
    assert.deepEqual(
      packageJson.contributes.commands.map(({ command }) => command).sort(),
      [...editor.commands.keys()].sort(),
    );
    await deactivate();
  });

  it('runs where the files are, in no virtual workspace, and says so', () => {
    assert.deepEqual(packageJson.extensionKind, ['workspace']);
    const { supported, description } = packageJson.capabilities.virtualWorkspaces;
    assert.equal(supported, false);
    assert.match(nls['capabilities.virtual'], /\w{3}/);
    assert.equal(description, '%capabilities.virtual%');
  });

  it('has no command that waits for a mouse: each is in the palette', () => {
    const menus: Readonly<Record<string, unknown>> = packageJson.contributes.menus;
    assert.equal(menus['commandPalette'], undefined);
  });

  it('leaves the one primary button of the side bar to the Pipeline: the lists beside it have links in their text', () => {
    const beside = packageJson.contributes.viewsWelcome.filter(({ view }) => view !== 'juliaKaggle.welcome');
    assert.ok(beside.length > 4);
    for (const { contents } of beside) {
      const [, text = ''] = Object.entries(nls).find(([name]) => `%${name}%` === contents) ?? [];
      // A link that has a line to itself is drawn as a button.
      assert.doesNotMatch(text, /^\[[^\]]*\]\([^)]*\)$/m);
    }
  });

  it('names the extension as the code does', () => {
    const source = readFileSync(join(ROOT, 'src/host/editor/errors.ts'), 'utf8');
    assert.ok(source.includes(`'${packageJson.publisher}.${packageJson.name}'`));
  });
});

describe('activation', () => {
  it('loads neither the engine library nor the stages', () => {
    const loaded = [...staticImports(join(ROOT, 'src/extension.ts'))].map((file) =>
      file.slice(ROOT.length + 1),
    );
    assert.ok(loaded.includes('src/host/run/sessions.ts'));
    assert.deepEqual(
      loaded.filter((file) =>
        /^src\/(docker|kaggle|julia|core\/(?!(events|stages|packing|config-file|kaggle-machines|kaggle-addresses)\.ts$))/.test(
          file,
        ),
      ),
      [],
    );
  });
});

/** The files of ours that are loaded with this one: static imports that are not of types alone. */
function staticImports(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, path = ''] of text.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '(\.[^']+)';/gm)) {
    staticImports(join(dirname(file), path), found);
  }
  return found;
}
