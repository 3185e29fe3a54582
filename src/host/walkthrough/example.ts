import { cp, mkdir, readdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Memento, Uri } from 'vscode';
import type { AgreedPlaces } from '../../base/agreed-places.ts';
import { fileError } from '../../base/files.ts';
import type { Around } from '../around.ts';
import type { Vs } from '../editor/editor.ts';

/** The example that was just made, until its window has opened. */
const MADE = 'exampleMade';
interface Made {
  readonly folder: string;
  readonly example: ExampleName;
}

interface Example {
  /** The folder of the examples that is the project. */
  readonly project: string;
  /** What is copied: one project and one competition, so that nothing needs to be asked. */
  readonly parts: readonly string[];
  /** Its window begins with a local Kaggle: there is nothing to choose about it. */
  readonly withLocalKaggle: boolean;
}

const EXAMPLES = {
  notebook: {
    project: 'Inference',
    parts: ['Inference', 'TideFeatures', 'artifacts', 'competition', 'models', 'train.jl'],
    withLocalKaggle: false,
  },
  file: { project: 'Sunshine', parts: ['Sunshine', 'sunshine-hours'], withLocalKaggle: true },
} as const satisfies Record<string, Example>;

/** An example, by what is submitted of it. */
export type ExampleName = keyof typeof EXAMPLES;

const WALKTHROUGH = 'julia-on-kaggle.julia-on-kaggle#start';

interface ExampleAround extends Pick<Around, 'vs'> {
  readonly extensionUri: Uri;
  /** What all windows of the editor remember. */
  readonly memory: Memento;
}

/** Copies an example into a folder of the person's choice and opens it. @throws UserError `file-unreadable`, `disk-full`. */
export async function openExample(
  example: ExampleName,
  { vs, extensionUri, memory }: ExampleAround,
): Promise<void> {
  const [parent] =
    (await vs.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: l10n.t('Put the Example Here'),
      title: l10n.t('Where Is the Example to Be Put?'),
    })) ?? [];
  if (parent === undefined) return;
  const forceNewWindow = await isInUse(vs);
  const { agreedPlaces, cacheFolder } = await import('../../core/pipeline/ports.ts');
  const agreed = agreedPlaces(cacheFolder(process.env, homedir(), process.platform));
  const examples = vs.Uri.joinPath(extensionUri, 'examples').fsPath;
  const folder = await copyExample(example, { examples, parent: parent.fsPath, agreed });
  await memory.update(MADE, { folder, example } satisfies Made);
  await vs.commands.executeCommand('vscode.openFolder', vs.Uri.file(folder), { forceNewWindow });
}

/** A window without a folder, or with an empty one, would only stay behind. */
async function isInUse({ workspace }: Vs): Promise<boolean> {
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const files = await Promise.all(folders.map((folder) => readdir(folder).catch(() => ['unknown'])));
  return files.some(({ length }) => length > 0);
}

/**
 * Opens the walkthrough again in the window of an example that was just made: opening a folder closes it. Starts the local
 * Kaggle that belongs to it, as soon as the person trusts the window.
 */
export async function greetExample({ vs, memory }: Pick<ExampleAround, 'vs' | 'memory'>): Promise<void> {
  const made = memory.get<Made>(MADE);
  const isHere = vs.workspace.workspaceFolders?.some(({ uri }) => uri.fsPath === made?.folder) === true;
  if (made === undefined || !isHere) return;
  await memory.update(MADE, undefined);
  await vs.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
  if (!EXAMPLES[made.example].withLocalKaggle) return;
  const start = (): Thenable<unknown> => vs.commands.executeCommand('juliaKaggle.startLocalKaggle');
  if (vs.workspace.isTrusted) await start();
  else vs.workspace.onDidGrantWorkspaceTrust(start);
}

/** Opens the file of a package's source that a first change suits: its model, else the package's own file. */
export async function openSource(vs: Vs, folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const source = join(folder, 'src');
  const names = (await readdir(source).catch(() => [])).filter((name) => name.endsWith('.jl'));
  const name = names.find((one) => one === 'model.jl') ?? names[0];
  if (name !== undefined) await vs.window.showTextDocument(vs.Uri.file(join(source, name)));
}

const NAME = 'julia-on-kaggle-example';

/**
 * Copies an example below `parent`, into a folder that is not there yet. Gives the folder. Its project may read all of
 * it, the package and the model beside it: whoever asked for the copy is not asked about them.
 * @throws UserError `file-unreadable` where nothing can be written, `disk-full`.
 */
export async function copyExample(
  example: ExampleName,
  {
    examples,
    parent,
    agreed,
  }: {
    readonly examples: string;
    readonly parent: string;
    readonly agreed: Pick<AgreedPlaces, 'agree'>;
  },
): Promise<string> {
  const { project, parts } = EXAMPLES[example];
  try {
    const folder = join(parent, freeName(await readdir(parent)));
    // The examples of a checkout may have been run.
    const isOurs = (path: string): boolean => basename(path) !== '.julia-kaggle';
    await mkdir(folder);
    for (const part of parts)
      await cp(join(examples, part), join(folder, part), { recursive: true, filter: isOurs });
    const real = await realpath(folder);
    await agreed.agree(join(real, project), [real]);
    return folder;
  } catch (error) {
    throw fileError(error, parent);
  }
}

function freeName(taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? NAME : `${NAME}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
