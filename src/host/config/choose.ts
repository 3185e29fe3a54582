import { homedir } from 'node:os';
import * as l10n from '@vscode/l10n';
import type { QuickPickItem } from 'vscode';
import type { Logger } from '../../base/logger.ts';
import { ACCELERATORS, USUAL_GPU } from '../../core/kaggle-machines.ts';
import { isPackMode, PACK_MODES, type PackMode } from '../../core/packing.ts';
import type { Around } from '../around.ts';
import { whileAsking } from '../editor/asking.ts';
import type { Command } from '../editor/commands.ts';
import type { Vs } from '../editor/editor.ts';
import { isSlug } from '../editor/remedies.ts';
import type { Settings } from '../editor/settings.ts';
import { chooseCompetition } from './choose-competition.ts';
import { chooseEntry, skipCells } from './choose-entry.ts';
import { chooseInput } from './choose-input.ts';
import { startEngine } from './start-engine.ts';
import { addToConfig, changeConfig, writeConfig } from './write-config.ts';

/** The commands that ask for one thing and write it into JuliaKaggle.toml, or into a setting of this machine. */
export function chooseCommands(around: Around): readonly Command[] {
  const { vs, projects } = around;
  /** Asks for the project first where that is not clear. */
  const inProject = async (
    given: unknown,
    work: (folder: string, competition?: string) => Promise<unknown>,
  ) => {
    await projects.select(given);
    const project = await projects.pick();
    if (project !== undefined) await work(project.folder, project.competition);
  };
  return [
    {
      id: 'juliaKaggle.chooseCompetition',
      run: (given) =>
        inProject(given, async (folder, present) => {
          const slug =
            typeof given === 'string' && isSlug(given) ? given : await chooseCompetition(around, present);
          if (slug !== undefined) await writeConfig(vs, folder, ['competition'], slug);
        }),
    },
    {
      id: 'juliaKaggle.addInput',
      run: (given) =>
        inProject(given, async (folder) => {
          const chosen = await chooseInput(around);
          if (chosen !== undefined) await addToConfig(vs, folder, ['inputs', chosen.key], chosen.source);
        }),
    },
    {
      id: 'juliaKaggle.chooseJulia',
      run: (given) =>
        inProject(given, async (folder) => {
          const choice = await chooseJulia(around);
          if (choice !== undefined) await writeConfig(vs, folder, ['julia'], choice.julia);
        }),
    },
    {
      id: 'juliaKaggle.chooseAccelerator',
      run: (given) =>
        inProject(given, async (folder) => {
          const choice = await askAccelerator(vs);
          if (choice !== undefined) await writeConfig(vs, folder, ['notebook', 'accelerator'], choice.shape);
        }),
    },
    { id: 'juliaKaggle.chooseImage', run: (given) => inProject(given, (folder) => chooseImage(vs, folder)) },
    {
      id: 'juliaKaggle.choosePackMode',
      run: (given) => inProject(given, (folder) => choosePackMode(vs, folder, given)),
    },
    {
      id: 'juliaKaggle.chooseEntry',
      run: (given) => inProject(given, (folder) => chooseEntry(vs, folder, given)),
    },
    {
      id: 'juliaKaggle.skipCells',
      run: (given) => inProject(given, (folder) => skipCells(vs, folder, given)),
    },
    { id: 'juliaKaggle.chooseEngine', run: () => chooseEngine(around) },
    { id: 'juliaKaggle.startEngine', run: () => startEngine(vs, process.platform) },
  ];
}

async function askAccelerator(vs: Vs): Promise<{ readonly shape: string | undefined } | undefined> {
  const none = {
    shape: undefined,
    label: l10n.t('None'),
    description: '',
    detail: l10n.t('4 CPUs, 30 GiB of memory'),
  };
  const shapes = ACCELERATORS.map(({ shape, label }) => ({
    shape,
    label,
    description: shape,
    detail:
      shape === USUAL_GPU
        ? l10n.t('The usual GPU: two with 16 GB each')
        : l10n.t('Only some competitions have it'),
  }));
  return vs.window.showQuickPick([none, ...shapes], {
    title: l10n.t('Choose the Accelerator'),
    placeHolder: l10n.t('What the notebook runs on at Kaggle'),
    matchOnDescription: true,
  });
}

interface ImageChoice extends QuickPickItem {
  readonly write: (folder: string) => Thenable<void>;
}

async function chooseImage(vs: Vs, folder: string): Promise<void> {
  const { kaggleImageFor } = await import('../../core/contract/image/kaggle-image.ts');
  const configuration = vs.workspace.getConfiguration('juliaKaggle');
  const toFile = (name: string | undefined) => (where: string) =>
    writeConfig(vs, where, ['image', 'name'], name);
  const choices: ImageChoice[] = [
    {
      label: l10n.t('The image of Kaggle'),
      detail: l10n.t(
        'The one for the accelerator: {0}, or {1}',
        kaggleImageFor('none'),
        kaggleImageFor('gpu'),
      ),
      write: toFile(undefined),
    },
    {
      label: l10n.t('Another image, for everybody…'),
      detail: l10n.t('Written into JuliaKaggle.toml'),
      write: (where) => withName(vs, (name) => toFile(name)(where)),
    },
    {
      label: l10n.t('Another image, on this machine only…'),
      detail: l10n.t('Written into the settings'),
      write: () => withName(vs, (name) => configuration.update('image', name, vs.ConfigurationTarget.Global)),
    },
    ...(configuration.get('image') === ''
      ? []
      : [
          {
            label: l10n.t('No longer another image on this machine'),
            write: () => configuration.update('image', undefined, vs.ConfigurationTarget.Global),
          },
        ]),
  ];
  const choice = await vs.window.showQuickPick(choices, { title: l10n.t('Choose the Image') });
  await choice?.write(folder);
}

async function withName(vs: Vs, write: (name: string) => Thenable<void>): Promise<void> {
  const name = await vs.window.showInputBox({
    title: l10n.t('Choose the Image'),
    prompt: l10n.t('Name of the image, with tag or digest'),
    validateInput: (text) =>
      /^[\w.\-/:@]+$/.test(text.trim()) ? undefined : l10n.t('That is no name of an image.'),
  });
  if (name !== undefined) await write(name.trim());
}

/** Asks for the Docker context whose engine is used on this machine, and keeps it in the settings. */
async function chooseEngine({ vs, settings }: Around): Promise<void> {
  const { listContexts } = await import('../../docker/docker-context.ts');
  const contexts = await listContexts(process.env, homedir());
  const present = settings.read().dockerContext;
  const items = [
    {
      context: undefined,
      label: l10n.t('As for the docker command'),
      description: present === undefined ? l10n.t('in use') : '',
      detail: l10n.t('DOCKER_HOST, the current context, or the usual places'),
    },
    ...contexts.map(({ name, host }) => ({
      context: name,
      label: name,
      description: present === name ? l10n.t('in use') : '',
      detail: host ?? l10n.t('The engine of this machine'),
    })),
  ];
  const title = l10n.t('Choose the Docker Engine');
  const chosen = await vs.window.showQuickPick(items, { title, matchOnDetail: true });
  if (chosen === undefined) return;
  await vs.workspace
    .getConfiguration('juliaKaggle')
    .update('dockerContext', chosen.context, vs.ConfigurationTarget.Global);
}

interface Choice extends QuickPickItem {
  /** What is written; undefined: the key is taken out. */
  readonly julia: string | undefined;
}

/** Asks which Julia; `{ julia: undefined }` is the Manifest's. */
async function chooseJulia({ vs, log, settings }: Around): Promise<Pick<Choice, 'julia'> | undefined> {
  const versions = await whileAsking(
    vs,
    (signal) => juliaVersions(log, settings, signal),
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
  return vs.window.showQuickPick(choices, { title: l10n.t('Choose the Julia Version'), placeHolder });
}

/**
 * Asks for an exact version where none is known to be the one to take. Undefined: the person gave up, or none is
 * published.
 */
export async function askJuliaVersion(
  { vs, log, settings }: Pick<Around, 'vs' | 'log' | 'settings'>,
  placeHolder: string,
): Promise<string | undefined> {
  const versions = await whileAsking(
    vs,
    (signal) => juliaVersions(log, settings, signal),
    l10n.t('Looking for the versions of Julia…'),
  );
  if (versions.length === 0) return undefined;
  return vs.window.showQuickPick(versions, {
    title: l10n.t('Choose the Julia Version'),
    placeHolder,
    ignoreFocusOut: true,
  });
}

async function juliaVersions(logger: Logger, settings: Settings, signal: AbortSignal): Promise<string[]> {
  const [{ publishedVersions }, { cacheFolder, juliaServer }] = await Promise.all([
    import('../../julia/releases.ts'),
    import('../../core/pipeline/ports.ts'),
  ]);
  const options = {
    serverUrl: juliaServer(settings.read(), process.env),
    cacheFolder: cacheFolder(process.env, homedir(), process.platform),
    logger,
  };
  return publishedVersions(options, signal);
}

/**
 * Gives `[pack] mode` of the project's JuliaKaggle.toml another value: the given one, or the one that the person
 * chooses. With a given one it is a remedy, after which the person is offered to go on.
 * @throws UserError `config-invalid` where the file cannot be changed.
 */
async function choosePackMode(vs: Vs, folder: string, given: unknown): Promise<void> {
  const { packModeEdit } = await import('../../core/project/config.ts');
  const isRemedy = typeof given === 'string' && isPackMode(given);
  const mode = isRemedy ? given : (await askPackMode(vs))?.mode;
  if (mode === undefined) return;
  await changeConfig(vs, folder, (text, file) => packModeEdit(text, file, mode));
  if (!isRemedy) return;
  const pack = l10n.t('Pack Again');
  const text = l10n.t('JuliaKaggle.toml says [pack] mode = "{0}" now.', mode);
  if ((await vs.window.showInformationMessage(text, pack)) === pack)
    await vs.commands.executeCommand('juliaKaggle.runStage', 'pack');
}

async function askPackMode(vs: Vs) {
  const modes: Readonly<Record<PackMode, { readonly label: string; readonly detail: string }>> = {
    depot: {
      label: l10n.t('Depot'),
      detail: l10n.t('Packages with their compiled caches, as they are. Needs no compiling; the default.'),
    },
    app: {
      label: l10n.t('App'),
      detail: l10n.t('One compiled program of the package with what it needs. Quick to start, slow to make.'),
    },
    sysimage: {
      label: l10n.t('System image'),
      detail: l10n.t('The depot, and a system image in which its packages are compiled.'),
    },
  };
  const items = PACK_MODES.map((mode) => ({ mode, description: mode, ...modes[mode] }));
  return vs.window.showQuickPick(items, {
    title: l10n.t('Choose How Julia Code Travels'),
    placeHolder: l10n.t('The view compares the modes that were rehearsed'),
    matchOnDescription: true,
  });
}
