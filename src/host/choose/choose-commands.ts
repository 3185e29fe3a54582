import { ConfigurationTarget, l10n, type QuickPickItem, workspace } from 'vscode';
import { ACCELERATORS, USUAL_GPU } from '../../core/kaggle-machines.ts';
import type { Command } from '../commands.ts';
import type { ProjectAround } from '../project-around.ts';
import { chooseCompetition } from './choose-competition.ts';
import { chooseEngine } from './choose-engine.ts';
import { chooseJulia } from './choose-julia.ts';
import { choosePackMode } from './choose-pack-mode.ts';
import { writeConfig } from './write-config.ts';
import { window } from '../window.ts';

/** The commands that ask for one thing and write it into JuliaKaggle.toml, or into a setting of this machine. */
export function chooseCommands(around: ProjectAround): readonly Command[] {
  const { projects } = around;
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
          const slug = await chooseCompetition(around, present);
          if (slug !== undefined) await writeConfig(folder, ['competition'], slug);
        }),
    },
    {
      id: 'juliaKaggle.chooseJulia',
      run: (given) =>
        inProject(given, async (folder) => {
          const choice = await chooseJulia(around);
          if (choice !== undefined) await writeConfig(folder, ['julia'], choice.julia);
        }),
    },
    {
      id: 'juliaKaggle.chooseAccelerator',
      run: (given) =>
        inProject(given, async (folder) => {
          const choice = await askAccelerator();
          if (choice !== undefined) await writeConfig(folder, ['notebook', 'accelerator'], choice.shape);
        }),
    },
    { id: 'juliaKaggle.chooseImage', run: (given) => inProject(given, chooseImage) },
    {
      id: 'juliaKaggle.choosePackMode',
      run: (given) => inProject(given, (folder) => choosePackMode(folder, given)),
    },
    { id: 'juliaKaggle.chooseEngine', run: () => chooseEngine() },
  ];
}

async function askAccelerator(): Promise<{ readonly shape: string | undefined } | undefined> {
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
  return window.showQuickPick([none, ...shapes], {
    title: l10n.t('Choose the Accelerator'),
    placeHolder: l10n.t('What the notebook runs on at Kaggle'),
    matchOnDescription: true,
  });
}

interface ImageChoice extends QuickPickItem {
  readonly write: (folder: string) => Thenable<void>;
}

async function chooseImage(folder: string): Promise<void> {
  const { kaggleImageFor } = await import('../../core/contract/image/kaggle-image.ts');
  const configuration = workspace.getConfiguration('juliaKaggle');
  const toFile = (name: string | undefined) => (where: string) => writeConfig(where, ['image', 'name'], name);
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
      write: (where) => withName((name) => toFile(name)(where)),
    },
    {
      label: l10n.t('Another image, on this machine only…'),
      detail: l10n.t('Written into the settings'),
      write: () => withName((name) => configuration.update('image', name, ConfigurationTarget.Global)),
    },
    ...(configuration.get('image') === ''
      ? []
      : [
          {
            label: l10n.t('No longer another image on this machine'),
            write: () => configuration.update('image', undefined, ConfigurationTarget.Global),
          },
        ]),
  ];
  const choice = await window.showQuickPick(choices, { title: l10n.t('Choose the Image') });
  await choice?.write(folder);
}

async function withName(write: (name: string) => Thenable<void>): Promise<void> {
  const name = await window.showInputBox({
    title: l10n.t('Choose the Image'),
    prompt: l10n.t('Name of the image, with tag or digest'),
    validateInput: (text) =>
      /^[\w.\-/:@]+$/.test(text.trim()) ? undefined : l10n.t('That is no name of an image.'),
  });
  if (name !== undefined) await write(name.trim());
}
