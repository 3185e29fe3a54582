import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Around } from '../around.ts';
import { openSettings } from '../config/write-config.ts';
import type { Feature } from '../editor/commands.ts';
import { clean } from './clean.ts';
import { doctor } from './doctor.ts';
import { OfferedEdits } from './offered-edits.ts';
import { showLog } from './show-log.ts';

/** The commands about the project itself, its files and its pages on Kaggle. */
export function beginProject(around: Around): Feature {
  const { vs, projects } = around;
  const edits = new OfferedEdits(around);
  return {
    disposables: [edits],
    commands: [
      // Of a file: its project.
      {
        id: 'juliaKaggle.chooseProject',
        run: (given) => (given instanceof vs.Uri ? projects.select(given) : projects.choose()),
      },
      { id: 'juliaKaggle.doctor', run: () => doctor(around) },
      { id: 'juliaKaggle.pinCuda', run: (given) => edits.pinCuda(given) },
      { id: 'juliaKaggle.resolve', run: (given) => edits.resolve(given) },
      { id: 'juliaKaggle.addArtifact', run: (given) => edits.addArtifact(given) },
      { id: 'juliaKaggle.addPrecompileStatements', run: (given) => edits.addPrecompileStatements(given) },
      { id: 'juliaKaggle.clean', run: (given) => clean(around, given) },
      { id: 'juliaKaggle.openConfig', run: () => openConfig(around) },
      { id: 'juliaKaggle.openCompetition', run: () => openCompetition(around) },
      { id: 'juliaKaggle.openNotebook', run: () => openNotebook(around) },
      { id: 'juliaKaggle.showLog', run: (stage) => showLog(around, stage) },
    ],
  };
}

async function openConfig({ vs, projects }: Around): Promise<void> {
  const project = await projects.pick();
  if (project !== undefined) await openSettings(vs, project.folder);
}

async function openCompetition({ pages, projects }: Around): Promise<void> {
  const competition = (await projects.pick())?.competition;
  if (competition !== undefined) await pages.open((await pages.site()).competition(competition));
}

async function openNotebook({ vs, core, pages, projects }: Around): Promise<void> {
  const folder = (await projects.pick())?.folder;
  if (folder === undefined) return;
  const record = await (await core.project(folder)).record();
  const url = record.artefacts.notebook?.url;
  if (url !== undefined) await pages.open(url);
  else void vs.window.showInformationMessage(l10n.t('{0} has no notebook on Kaggle yet.', basename(folder)));
}
