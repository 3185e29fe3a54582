import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { QuickPickItem, TextDocument } from 'vscode';
import type { Vs } from '../editor/editor.ts';
import { writeConfig } from './write-config.ts';

/** A function, or a script, that the project is to be run by; `isNew`: it is to be written first. */
interface EntryChoice extends QuickPickItem {
  readonly key: 'entry' | 'script';
  readonly value: string;
  readonly isNew?: boolean;
}

/**
 * Names in JuliaKaggle.toml what is run: the given script, or the function or script that the person chooses. A package
 * without a function `main` can be given one.
 */
export async function chooseEntry(vs: Vs, folder: string, given: unknown): Promise<void> {
  const choice = typeof given === 'string' ? asScript(given) : await ask(vs, folder);
  if (choice === undefined) return;
  const other = choice.key === 'entry' ? 'script' : 'entry';
  await writeConfig(vs, folder, ['run', other], undefined);
  await writeConfig(vs, folder, ['run', choice.key], choice.value);
  if (choice.isNew === true) await addMain(vs, await sourceOf(vs, folder, packageOf(choice.value)));
}

async function ask(vs: Vs, folder: string): Promise<EntryChoice | undefined> {
  const { nearbyValues } = await import('../../core/project/nearby-files.ts');
  const [[entry], scripts] = await Promise.all([
    nearbyValues('run.entry', folder),
    nearbyValues('run.script', folder),
  ]);
  const functions = entry === undefined ? [] : [await asFunction(vs, folder, entry)];
  const items = [...functions, ...scripts.filter((path) => !/^(test|deps)\//.test(path)).map(asScript)];
  return vs.window.showQuickPick(items, { title: l10n.t('Choose What Is Run'), matchOnDescription: true });
}

function asScript(path: string): EntryChoice {
  return { key: 'script', value: path, label: path, description: l10n.t('a script') };
}

async function asFunction(vs: Vs, folder: string, entry: string): Promise<EntryChoice> {
  const name = packageOf(entry);
  const text = (await sourceOf(vs, folder, name)).getText();
  const common = { key: 'entry', value: entry } as const;
  const [{ scanJulia }, { functionsOf }] = await Promise.all([
    import('../../julia/source.ts'),
    import('../../julia/source-facts.ts'),
  ]);
  return functionsOf(scanJulia(text)).includes('main')
    ? { ...common, label: entry, description: l10n.t('a function of the package') }
    : {
        ...common,
        isNew: true,
        label: l10n.t('Add main to {0}', `src/${name}.jl`),
        description: l10n.t('a function of the package'),
      };
}

function packageOf(entry: string): string {
  return entry.slice(0, entry.indexOf('.'));
}

async function sourceOf(vs: Vs, folder: string, name: string): Promise<TextDocument> {
  return vs.workspace.openTextDocument(vs.Uri.file(join(folder, 'src', `${name}.jl`)));
}

/** Shows the file with the new function, which is the person's to fill; it can be undone. */
async function addMain(vs: Vs, document: TextDocument): Promise<void> {
  const place = endOfModule(document.getText());
  if (place !== undefined) {
    const edit = new vs.WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(place), MAIN);
    await vs.workspace.applyEdit(edit);
    await document.save();
  }
  await vs.window.showTextDocument(document);
}

/** Pure: where the last block at the margin ends, which is the module's. */
function endOfModule(text: string): number | undefined {
  return [...text.matchAll(/^end\b/gm)].at(-1)?.index;
}

const MAIN = `"The program: reads the competition's files and writes the submission."
function main(args = ARGS)::Int
    error("main predicts nothing yet: write submission.csv here")
    return 0
end

`;

/** Names in JuliaKaggle.toml the code cells of the notebook that do not run. @param given such as `1, 3`. */
export async function skipCells(vs: Vs, folder: string, given: unknown): Promise<void> {
  if (typeof given !== 'string' || !/^\d{1,6}(?:, \d{1,6})*$/.test(given)) return;
  await writeConfig(vs, folder, ['run', 'skip'], given.split(', ').map(Number));
}
