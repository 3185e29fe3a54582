import { formatBytes, formatDuration } from '../base/format.ts';
import type { Artefacts } from '../core/artefacts.ts';
import { eachStage, type StageName } from '../core/stages.ts';
import type { Row } from '../protocol/panel-state.ts';
import type { DetailWords } from './detail-words.ts';

/** Pure: what the last result of each stage holds, as rows of name and value; none where there is no result. */
export function stageDetails(
  artefacts: Partial<Artefacts>,
  words: DetailWords,
): Readonly<Record<StageName, readonly Row[]>> {
  return eachStage((name) => rowsOf(name, artefacts, words));
}

type Pairs = readonly (readonly [string, string | undefined])[];

/** How the artefact of each stage is told. */
const TELLERS: { [Name in StageName]: (artefact: Artefacts[Name], words: DetailWords) => Pairs } = {
  project: (project, words) => [
    [words.version, project.version],
    [words.julia, channel(project)],
    [words.files, filesText(project.files, words)],
    [words.models, project.models.length === 0 ? undefined : filesText(project.models, words)],
    [words.accelerator, project.notebook.accelerator === 'none' ? undefined : project.notebook.accelerator],
    [words.commit, commitText(project, words)],
  ],
  build: (depot, words) => [
    [words.image, depot.image.name],
    [words.digest, depot.image.digest ?? depot.image.id],
    [words.packages, String(depot.inventory.filter(({ kind }) => kind === 'package').length)],
    [words.artifacts, String(depot.inventory.filter(({ kind }) => kind === 'artifact').length)],
    [words.depot, formatBytes(depot.bytes)],
    [words.volume, depot.volume],
  ],
  test: (report, words) => [
    [words.time, formatDuration(report.seconds * 1000)],
    [words.memory, formatBytes(report.peakMemoryBytes)],
    [words.rows, report.rows?.toString()],
    [words.gpu, report.gpu?.devices.join(', ')],
    [words.downloads, report.downloads.length === 0 ? undefined : report.downloads.join(', ')],
  ],
  pack: (bundle, words) => [
    ...bundle.parts.map((part) => [part.kind, formatBytes(sum(part.files))] as const),
    [words.bundle, bundle.bundleId],
  ],
  rehearse: (rehearsal, words) => [
    [words.time, formatDuration(rehearsal.seconds * 1000)],
    [words.memory, formatBytes(rehearsal.peakMemoryBytes)],
    [words.rows, rehearsal.rows?.toString()],
    ...rehearsal.steps.map(({ name, seconds }) => [name, formatDuration(seconds * 1000)] as const),
  ],
  upload: ({ owner, datasets }, words) => [
    [words.owner, owner],
    ...datasets.map(
      ({ slug, version, uploadedBytes }) =>
        [
          slug,
          words.versionOf(version, uploadedBytes === 0 ? undefined : formatBytes(uploadedBytes)),
        ] as const,
    ),
  ],
  notebook: (run, words) => [
    [words.notebook, `${run.owner}/${run.slug}`],
    [words.version, String(run.version)],
    [words.time, formatDuration(run.seconds * 1000)],
  ],
  submit: (submission, words) => [
    [words.number, String(submission.ref)],
    [words.date, submission.submittedAt],
    [words.score, submission.publicScore],
  ],
};

function rowsOf(name: StageName, artefacts: Partial<Artefacts>, words: DetailWords): Row[] {
  return pairsOf(name, artefacts, words).flatMap(([label, value]) =>
    value === undefined ? [] : [{ label, value }],
  );
}

function pairsOf<Name extends StageName>(
  name: Name,
  artefacts: { readonly [Each in Name]?: Artefacts[Each] },
  words: DetailWords,
): Pairs {
  const artefact: Artefacts[Name] | undefined = artefacts[name];
  return artefact === undefined ? [] : TELLERS[name](artefact, words);
}

function channel({ juliaVersion, juliaChannel }: Artefacts['project']): string {
  return juliaChannel === undefined ? juliaVersion : `${juliaVersion} (${juliaChannel})`;
}

function filesText(files: readonly { readonly bytes: number }[], words: DetailWords): string {
  return words.countAndSize(files.length, formatBytes(sum(files)));
}

function commitText({ git }: Artefacts['project'], words: DetailWords): string | undefined {
  if (git === undefined) return undefined;
  const commit = git.commit.slice(0, 12);
  return git.dirty ? words.changedSince(commit) : commit;
}

function sum(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}
