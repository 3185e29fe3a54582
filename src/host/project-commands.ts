import { basename } from 'node:path';
import { commands, l10n, workspace } from 'vscode';
import { whileAsking } from './account.ts';
import { chooseCompetition } from './choose/choose-competition.ts';
import type { Command } from './commands.ts';
import { findingItems } from './finding-items.ts';
import { initProject } from './init-project.ts';
import { kaggleSite } from './kaggle-site.ts';
import { addArtifact, pinCuda } from './offered-edits.ts';
import { openPage } from './open-page.ts';
import { openSettings } from './open-settings.ts';
import type { ProjectAround } from './project-around.ts';
import type { Projects } from './projects.ts';
import { window } from './window.ts';

/** The commands about the project itself, its files and its pages on Kaggle. */
export function projectCommands(around: ProjectAround): readonly Command[] {
  const { projects } = around;
  return [
    { id: 'juliaKaggle.initProject', run: () => initProject(around, () => chooseCompetition(around)) },
    { id: 'juliaKaggle.doctor', run: () => doctor(around) },
    { id: 'juliaKaggle.pinCuda', run: (given) => pinCuda(given, around) },
    { id: 'juliaKaggle.addArtifact', run: (given) => addArtifact(given, around) },
    { id: 'juliaKaggle.openConfig', run: () => openConfig(projects) },
    { id: 'juliaKaggle.openCompetition', run: () => openCompetition(projects) },
    { id: 'juliaKaggle.openNotebook', run: () => openNotebook(around) },
  ];
}

async function openConfig(projects: Projects): Promise<void> {
  const project = await projects.pick();
  if (project !== undefined) await openSettings(project.folder);
}

async function openCompetition(projects: Projects): Promise<void> {
  const competition = (await projects.pick())?.competition;
  if (competition === undefined) return;
  await openPage((await kaggleSite()).competition(competition));
}

async function openNotebook({ core, projects }: ProjectAround): Promise<void> {
  const folder = (await projects.pick())?.folder;
  if (folder === undefined) return;
  const record = await (await core.project(folder)).record();
  const url = record.artefacts.notebook?.url;
  if (url !== undefined) await openPage(url);
  else void window.showInformationMessage(l10n.t('{0} has no notebook on Kaggle yet.', basename(folder)));
}

/** Examines engine and account, and lists what was found; choosing a finding opens its remedy, or else the log. */
async function doctor({ core, projects, log }: ProjectAround): Promise<void> {
  const findings = await whileAsking(
    async (signal) =>
      (await core.open()).doctor(workspace.isTrusted ? projects.current?.folder : undefined, signal),
    l10n.t('Examining the engine and the account…'),
  );
  const items = findingItems(findings);
  log.info(items.map(({ logText }) => logText).join('\n'));
  const problems = findings.filter(({ error }) => error !== undefined).length;
  const chosen = await window.showQuickPick(items, {
    title:
      problems === 0
        ? l10n.t('Everything that a run needs is there')
        : l10n.t('{0} of {1} things stand in the way of a run', problems, findings.length),
    placeHolder: l10n.t('Choose one for its remedy'),
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  if (chosen?.needsSignIn === true) await commands.executeCommand('juliaKaggle.signIn');
  else if (chosen?.url !== undefined) await openPage(chosen.url);
  else if (chosen !== undefined) log.show();
}
