import { homedir } from 'node:os';
import { l10n, type QuickPickItem } from 'vscode';
import type { AccountAround } from '../account.ts';
import { whileAsking } from '../account.ts';
import { readSettings } from '../settings.ts';
import { window } from '../window.ts';

interface Choice extends QuickPickItem {
  /** What is written; undefined: the key is taken out. */
  readonly julia: string | undefined;
}

/** Asks which Julia; `{ julia: undefined }` is the Manifest's. */
export async function chooseJulia({ log }: AccountAround): Promise<Pick<Choice, 'julia'> | undefined> {
  const versions = await whileAsking(
    (signal) => juliaVersions(log, signal),
    l10n.t('Looking for the versions of Julia…'),
  );
  const series = [...new Set(versions.map((version) => version.split('.').slice(0, 2).join('.')))];
  const choices: Choice[] = [
    { julia: undefined, label: l10n.t('As in the Manifest'), detail: l10n.t('The version that resolved it') },
    { julia: 'lts', label: 'lts', description: l10n.t('the release with long-term support') },
    { julia: 'release', label: 'release', description: l10n.t('the newest release') },
    ...series.map((julia) => ({ julia, label: julia, description: l10n.t('the newest patch release') })),
    ...versions.map((julia) => ({ julia, label: julia })),
  ];
  const placeHolder = l10n.t('A series such as 1.10, or an exact version');
  return window.showQuickPick(choices, { title: l10n.t('Choose the Julia Version'), placeHolder });
}

async function juliaVersions(logger: AccountAround['log'], signal: AbortSignal): Promise<string[]> {
  const [{ publishedVersions }, { cacheFolder, juliaServer }] = await Promise.all([
    import('../../julia/releases.ts'),
    import('../../core/pipeline/ports.ts'),
  ]);
  const options = {
    serverUrl: juliaServer(readSettings(), process.env),
    cacheFolder: cacheFolder(process.env, homedir(), process.platform),
    logger,
  };
  return publishedVersions(options, signal);
}
