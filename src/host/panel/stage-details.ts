import * as l10n from '@vscode/l10n';
import { formatBytes, formatDuration } from '../../base/format.ts';
import type { Artefacts } from '../../core/artefacts.ts';
import { eachStage, ROUTES, type StageName } from '../../core/stages.ts';
import type { Row } from '../../protocol/panel-state.ts';
import { dateOf } from '../texts.ts';

/** Pure: what the last result of each stage holds, as rows of name and value; none where there is no result. */
export function stageDetails(artefacts: Partial<Artefacts>): Readonly<Record<StageName, readonly Row[]>> {
  return eachStage((name) => rowsOf(name, artefacts));
}

type Pairs = readonly (readonly [string, string | undefined])[];

/** How the artefact of each stage is told. */
const TELLERS: { [Name in StageName]: (artefact: Artefacts[Name]) => Pairs } = {
  project: (project) => [
    [l10n.t('Version'), project.version],
    [l10n.t('Julia'), channel(project)],
    [l10n.t('Image'), project.image],
    [
      l10n.t('Why this image'),
      project.isImageOfRoute === true ? ROUTES[project.route].whyImage() : undefined,
    ],
    [l10n.t('Files'), filesText(project.files)],
    [l10n.t('Models'), project.models.length === 0 ? undefined : filesText(project.models)],
    [
      l10n.t('Accelerator'),
      project.notebook.accelerator === 'none' ? undefined : project.notebook.accelerator,
    ],
    [l10n.t('Commit'), commitText(project)],
  ],
  build: (depot) => [
    [l10n.t('Image'), depot.image.name],
    [l10n.t('Digest'), depot.image.digest ?? depot.image.id],
    [l10n.t('Packages'), String(depot.inventory.filter(({ kind }) => kind === 'package').length)],
    [l10n.t('Artifacts'), String(depot.inventory.filter(({ kind }) => kind === 'artifact').length)],
    [l10n.t('Depot'), formatBytes(depot.bytes)],
    [l10n.t('Volume'), depot.volume],
  ],
  test: (report) => [
    [l10n.t('Time'), formatDuration(report.seconds * 1000)],
    [l10n.t('Peak memory'), formatBytes(report.peakMemoryBytes)],
    [l10n.t('Rows'), report.rows?.toString()],
    [l10n.t('GPU'), report.gpu?.devices.join(', ')],
    [l10n.t('Downloaded'), report.downloads.length === 0 ? undefined : report.downloads.join(', ')],
  ],
  pack: (bundle) => [
    ...bundle.parts.map((part) => [part.kind, formatBytes(sum(part.files))] as const),
    [l10n.t('Bundle'), bundle.bundleId],
  ],
  rehearse: (rehearsal) => [
    [l10n.t('Time'), formatDuration(rehearsal.seconds * 1000)],
    [l10n.t('Peak memory'), formatBytes(rehearsal.peakMemoryBytes)],
    [l10n.t('Rows'), rehearsal.rows?.toString()],
    ...rehearsal.steps.map(({ name, seconds }) => [name, formatDuration(seconds * 1000)] as const),
  ],
  upload: ({ owner, datasets }) => [
    [l10n.t('Owner'), owner],
    ...datasets.map(
      ({ slug, version, uploadedBytes }) =>
        [slug, versionText(version, uploadedBytes === 0 ? undefined : formatBytes(uploadedBytes))] as const,
    ),
  ],
  notebook: (run) => [
    [l10n.t('Notebook'), `${run.owner}/${run.slug}`],
    [l10n.t('Version'), String(run.version)],
    [l10n.t('Time'), formatDuration(run.seconds * 1000)],
  ],
  submit: (submission) => [
    [l10n.t('Submission'), String(submission.ref)],
    [l10n.t('Date'), dateOf(submission.submittedAt)],
    [l10n.t('Public score'), submission.publicScore],
    [l10n.t('Private score'), submission.privateScore],
  ],
};

function rowsOf(name: StageName, artefacts: Partial<Artefacts>): Row[] {
  return pairsOf(name, artefacts).flatMap(([label, value]) =>
    value === undefined ? [] : [{ label, value }],
  );
}

function pairsOf<Name extends StageName>(
  name: Name,
  artefacts: { readonly [Each in Name]?: Artefacts[Each] },
): Pairs {
  const artefact: Artefacts[Name] | undefined = artefacts[name];
  return artefact === undefined ? [] : TELLERS[name](artefact);
}

function versionText(version: number, sent: string | undefined): string {
  return sent === undefined ? l10n.t('version {0}', version) : l10n.t('version {0}, {1} sent', version, sent);
}

function channel({ juliaVersion, juliaChannel }: Artefacts['project']): string {
  return juliaChannel === undefined ? juliaVersion : `${juliaVersion} (${juliaChannel})`;
}

function filesText(files: readonly { readonly bytes: number }[]): string {
  return l10n.t('{0} ({1})', files.length, formatBytes(sum(files)));
}

function commitText({ git }: Artefacts['project']): string | undefined {
  if (git === undefined) return undefined;
  const commit = git.commit.slice(0, 12);
  return git.dirty ? l10n.t('{0} and changes that are not committed', commit) : commit;
}

function sum(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}
