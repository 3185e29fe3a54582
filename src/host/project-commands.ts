import { basename, join } from 'node:path';
import { commands, l10n, workspace } from 'vscode';
import type { Finding } from '../core/pipeline/examine.ts';
import { whileAsking } from './account.ts';
import { chooseCompetition } from './choose/choose-competition.ts';
import type { Command } from './commands.ts';
import { withPorts } from './core.ts';
import { findingItems } from './finding-items.ts';
import { initProject } from './init-project.ts';
import { kaggleSite } from './kaggle-site.ts';
import { addArtifact, pinCuda } from './offered-edits.ts';
import { openPage } from './open-page.ts';
import { openSettings } from './open-settings.ts';
import type { ProjectAround } from './project-around.ts';
import type { Projects } from './projects.ts';
import { readSettings } from './settings.ts';
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
    { id: 'juliaKaggle.openNotebook', run: () => openNotebook(projects) },
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

async function openNotebook(projects: Projects): Promise<void> {
  const folder = (await projects.pick())?.folder;
  if (folder === undefined) return;
  const { RECORD_FOLDER, RunRecord } = await import('../core/pipeline/record.ts');
  const url = (await RunRecord.open(join(folder, RECORD_FOLDER))).artefacts.notebook?.url;
  if (url !== undefined) await openPage(url);
  else void window.showInformationMessage(l10n.t('{0} has no notebook on Kaggle yet.', basename(folder)));
}

/** Examines engine and account, and lists what was found; choosing a finding opens its remedy, or else the log. */
async function doctor(around: ProjectAround): Promise<void> {
  const findings = await whileAsking(
    (signal) => examineAll(around, signal),
    l10n.t('Examining the engine and the account…'),
  );
  const items = findingItems(findings);
  around.log.info(items.map(({ logText }) => logText).join('\n'));
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
  else if (chosen !== undefined) around.log.show();
}

async function examineAll(
  { projects, credentials, log }: ProjectAround,
  signal: AbortSignal,
): Promise<Finding[]> {
  const settings = readSettings();
  return withPorts({ settings, credentials, logger: log }, async (ports) => {
    const { examine, wishesOf } = await import('../core/pipeline/examine.ts');
    const folder = workspace.isTrusted ? projects.current?.folder : undefined;
    return examine(ports, await wishesOf(folder, settings.image), signal);
  });
}
