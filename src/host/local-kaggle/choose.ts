import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { QuickPickItem } from 'vscode';
import * as z from 'zod/mini';
import { formatBytes } from '../../base/format.ts';
import { readJson } from '../../base/json.ts';
import type { Around } from '../around.ts';
import type { Vs } from '../editor/editor.ts';

/** The competition for the local Kaggle: the only one near, or the one that the person chooses. */
export async function chooseCompetition(vs: Vs): Promise<FoundCompetition | undefined> {
  const folders = (vs.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const found = await findCompetitions(folders.map(({ uri }) => uri.fsPath));
  const [only, second] = found;
  if (only === undefined) return withoutCompetition(vs);
  if (second === undefined) return only;
  const items = found.map((competition) => ({
    competition,
    label: competition.title,
    description: competition.slug,
    detail: competition.folder,
  }));
  return (
    await vs.window.showQuickPick(items, { title: l10n.t('Which Competition Does the Local Kaggle Hold?') })
  )?.competition;
}

async function withoutCompetition(vs: Vs): Promise<FoundCompetition | undefined> {
  const example = l10n.t('Open the Quick Example');
  const choose = l10n.t('Choose a Folder…');
  const chosen = await vs.window.showInformationMessage(
    l10n.t(
      'A local Kaggle needs a competition: a folder with competition.json. There is none in this window.',
    ),
    example,
    choose,
  );
  if (chosen === example) await vs.commands.executeCommand('juliaKaggle.openQuickExample');
  if (chosen !== choose) return undefined;
  const [folder] = (await vs.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true })) ?? [];
  if (folder === undefined) return undefined;
  const competition = await competitionAt(folder.fsPath);
  if (competition === undefined) {
    void vs.window.showErrorMessage(l10n.t('There is no competition.json in {0}.', folder.fsPath));
  }
  return competition;
}

interface ImageChoice extends QuickPickItem {
  readonly image: string;
}

/** The image that notebooks run in: that of the settings, or the one that the person chooses. */
export async function chooseImage({
  vs,
  settings,
}: Pick<Around, 'vs' | 'settings'>): Promise<string | undefined> {
  const { image } = settings.read();
  if (image !== undefined) return image;
  const [{ SMALL_IMAGE, SMALL_IMAGE_BYTES }, { KAGGLE_IMAGE_BYTES, kaggleImageFor }] = await Promise.all([
    import('../../sandbox/small-image.ts'),
    import('../../core/contract/image/kaggle-image.ts'),
  ]);
  const choices: ImageChoice[] = [
    {
      image: SMALL_IMAGE,
      label: l10n.t('A small image, made now'),
      description: l10n.t('about {0}', formatBytes(SMALL_IMAGE_BYTES)),
      detail: l10n.t('Python with Jupyter on Debian, enough for Julia and for a first try'),
    },
    {
      image: kaggleImageFor('none'),
      label: l10n.t('The image of Kaggle'),
      description: l10n.t('about {0}', formatBytes(KAGGLE_IMAGE_BYTES)),
      detail: l10n.t('What Kaggle itself runs; pulled by the first build'),
    },
  ];
  const title = l10n.t('In Which Image Do Notebooks Run?');
  return (await vs.window.showQuickPick(choices, { title, ignoreFocusOut: true }))?.image;
}

/** A folder that a local Kaggle can hold a competition of (docs/sandbox.md). */
export interface FoundCompetition {
  readonly folder: string;
  readonly slug: string;
  readonly title: string;
  /** No notebook needs to run for a score. */
  readonly takesFiles: boolean;
}

const description = z.object({
  slug: z.string(),
  title: z.string(),
  isKernelsSubmissionsOnly: z.optional(z.boolean()),
});

/** The competition folders in these folders, directly below them, and beside them. */
async function findCompetitions(roots: readonly string[]): Promise<FoundCompetition[]> {
  const near = await Promise.all(
    roots.map(async (root) => [root, ...(await foldersIn(root)), ...(await foldersIn(dirname(root)))]),
  );
  const folders = [...new Set(near.flat())];
  const found = await Promise.all(folders.map(competitionAt));
  return found.filter((one) => one !== undefined).sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** The competition of this folder; undefined when it has no `competition.json` that says what it is. */
async function competitionAt(folder: string): Promise<FoundCompetition | undefined> {
  const text = await readFile(join(folder, 'competition.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // Where it says something else, the sandbox says what is wrong with it when it is started with it.
  const {
    slug = basename(folder),
    title = basename(folder),
    isKernelsSubmissionsOnly,
  } = readJson(description, text) ?? {};
  return { folder, slug, title, takesFiles: isKernelsSubmissionsOnly === false };
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map(({ name }) => join(folder, name));
}
