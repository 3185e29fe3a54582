import { commands, l10n, type QuickPickItem, workspace } from 'vscode';
import { formatBytes } from '../../base/format.ts';
import { readSettings } from '../settings.ts';
import { competitionAt, findCompetitions, type FoundCompetition } from './find-competitions.ts';
import { window } from '../window.ts';

/** The competition for the local Kaggle: the only one near, or the one that the person chooses. */
export async function chooseCompetition(): Promise<FoundCompetition | undefined> {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const found = await findCompetitions(folders.map(({ uri }) => uri.fsPath));
  const [only, second] = found;
  if (only === undefined) return withoutCompetition();
  if (second === undefined) return only;
  const items = found.map((competition) => ({
    competition,
    label: competition.title,
    description: competition.slug,
    detail: competition.folder,
  }));
  return (
    await window.showQuickPick(items, { title: l10n.t('Which Competition Does the Local Kaggle Hold?') })
  )?.competition;
}

async function withoutCompetition(): Promise<FoundCompetition | undefined> {
  const example = l10n.t('Open the Example');
  const choose = l10n.t('Choose a Folder…');
  const chosen = await window.showInformationMessage(
    l10n.t(
      'A local Kaggle needs a competition: a folder with competition.json. There is none in this window.',
    ),
    example,
    choose,
  );
  if (chosen === example) await commands.executeCommand('juliaKaggle.openExample');
  if (chosen !== choose) return undefined;
  const [folder] = (await window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true })) ?? [];
  if (folder === undefined) return undefined;
  const competition = await competitionAt(folder.fsPath);
  if (competition === undefined) {
    void window.showErrorMessage(l10n.t('There is no competition.json in {0}.', folder.fsPath));
  }
  return competition;
}

interface ImageChoice extends QuickPickItem {
  readonly image: string;
}

/** The image that notebooks run in: that of the settings, or the one that the person chooses. */
export async function chooseImage(): Promise<string | undefined> {
  const { image } = readSettings();
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
  return (await window.showQuickPick(choices, { title, ignoreFocusOut: true }))?.image;
}
