import * as l10n from '@vscode/l10n';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { formatDuration } from '../../../base/format.ts';
import { fingerprint } from '../../../base/hash.ts';
import { engineDisk } from '../../../docker/disk.ts';
import type { Engine, VolumeMount } from '../../../docker/engine.ts';
import { runScript } from '../../../docker/run-script.ts';
import type { Bundle, BundlePart, Compiled, InventoryItem } from '../../artefacts.ts';
import { removeOtherVolumes, stampIn } from '../../contract/checkout.ts';
import { isTelling } from '../../contract/diagnosis/rules.ts';
import { gpuOf } from '../../contract/image/gpu.ts';
import { SKIP_DISK_CHECK } from '../../contract/image/kaggle-image.ts';
import { publicFolders, publicInputs } from '../../contract/image/input-mount.ts';
import { juliaMounts } from '../../contract/image/julia.ts';
import { appDepot, COMPILED, COMPILED_STAMP, WORKING } from '../../contract/image/paths.ts';
import { factReader } from '../../contract/script-facts.ts';
import { ARTIFACT_USES, type CompiledMode } from '../../packing.ts';
import type { StageContext } from '../../stage.ts';
import { packPart, type Packing } from '../pack-part.ts';
import { isThere } from '../parts.ts';
import { type PackInput, partOf } from '../plan.ts';
import { compiledWhat } from '../../contract/diagnosis/remedies.ts';
import { explainCompile, littleMemory, noSpaceToCompile } from './explain.ts';
import { judgeArtifacts } from './judge-artifacts.ts';
import { localCompilerFiles } from './local-compiler.ts';
import {
  bytesToCompile,
  compileCommand,
  compiledFingerprint,
  compileEnvironment,
  compileFiles,
  localCompiler,
  outputFolder,
} from './plan.ts';
import { located } from '../../contract/diagnosis/finding.ts';
import { compilerFactsOf } from './compiler-facts.ts';
import { compiledReport } from './report.ts';
import { wrapperFiles } from './wrapper.ts';

export interface CompiledPart {
  readonly part: BundlePart;
  readonly compiled: Compiled;
}

/** Pure: what was compiled last in each mode. */
export function compiledBefore(previous: Bundle | undefined): CompiledPart[] {
  const compiled = previous?.compiled;
  const part = compiled && partOf(previous, compiled.mode);
  const last = compiled === undefined || part === undefined ? [] : [{ part, compiled }];
  return [...last, ...(previous?.otherModes ?? [])];
}

/** What a compile gave, which lies in a volume of its own with this id. */
const resultSchema = z.object({
  id: z.string(),
  version: z.string(),
  artifacts: z.array(z.object({ hash: z.string(), bytes: z.number(), use: z.enum(ARTIFACT_USES) })),
  bytes: z.number(),
  seconds: z.number(),
});
type Result = z.infer<typeof resultSchema>;

/** What was compiled and is not yet packed. */
const pendingSchema = z.object({ key: z.string(), result: resultSchema });

/** Label of the volumes of what was compiled. */
const COMPILED_LABEL = { 'julia-kaggle.compiled': 'true' };

/**
 * Compiles the app or system image in the image and packs it; the last one is kept while its inputs are the same. An app
 * with artifacts stays in its volume, so that with others left out it is only packed again.
 * @throws UserError `compiler-missing`, `compile-failed`, `entry-missing`, `disk-full`, `file-unreadable` and the
 * engine's; CancelledError.
 */
export async function makeCompiledPart(
  packing: Packing,
  mode: CompiledMode,
  input: PackInput,
  previous: Bundle | undefined,
  context: StageContext,
): Promise<CompiledPart> {
  const key = compiledFingerprint(input);
  const kept = compiledBefore(previous).find(({ compiled }) => compiled.fingerprint === key);
  if (kept !== undefined && !isPackedOtherwise(kept.compiled, input) && (await isThere(kept.part))) {
    context.log('note', `the compiled ${mode} is up to date`);
    return kept;
  }
  const { engine } = packing;
  const volume = `julia-kaggle-compiled-${fingerprint({ checkout: context.checkout, key }).slice(0, 16)}`;
  const mount = { volume, target: COMPILED, readOnly: false };
  const existing = context.anew ? undefined : await findCompiled(engine, mount, key, kept, input, context);
  if (existing === undefined) await checkSpace(engine, mode, input, context);
  const result = existing ?? (await compileIn(engine, mode, mount, input, context));
  await context.savePending({ key, result });
  const packed = await packCompiled(packing, mode, mount, result, input, context);
  // What cannot be removed now is removed before the next one is made.
  if (result.artifacts.length === 0) await engine.volume.remove(volume).catch(() => undefined);
  return packed;
}

/** Pure: whether `[pack] keep` and `exclude` take other artifacts of what was compiled than are packed. */
export function isPackedOtherwise({ artifacts }: Compiled, input: PackInput): boolean {
  const found = artifacts.flatMap(({ hash, bytes, use }) =>
    hash === undefined || use === undefined ? [] : [{ hash, bytes, use }],
  );
  const kept = new Map(judged(found, input).map((artifact) => [artifact.hash, artifact.kept]));
  return artifacts.some((artifact) => kept.get(artifact.hash ?? '') !== artifact.kept);
}

function judged(
  found: Result['artifacts'],
  { project, build, test }: PackInput,
): ReturnType<typeof judgeArtifacts> {
  const names = artifactNames([...build.inventory, ...(test.appeared ?? [])]);
  return judgeArtifacts({ found, names, keep: project.packKeep, exclude: project.packExclude });
}

/** What was compiled of the same, where its volume is still there: of an earlier run that did not come to pack it, or packed. */
async function findCompiled(
  engine: Engine,
  mount: VolumeMount,
  key: string,
  kept: CompiledPart | undefined,
  { build }: PackInput,
  { pending, log }: StageContext,
): Promise<Result | undefined> {
  const unpacked = pendingSchema.safeParse(pending);
  const results = [
    ...(unpacked.success && unpacked.data.key === key ? [unpacked.data.result] : []),
    ...(kept === undefined ? [] : [resultSchema.safeParse(kept.compiled).data]),
  ];
  if (results.length === 0 || (await engine.volume.find(mount.volume)) === undefined) return undefined;
  const id = await stampIn(engine, { image: build.image.name, mount, stamp: COMPILED_STAMP });
  const found = results.find((result) => result !== undefined && result.id === id);
  if (found !== undefined) log('note', 'an earlier run compiled this; it is only packed now');
  return found;
}

/** Compiles into an empty volume, which is removed where that fails. */
async function compileIn(
  engine: Engine,
  mode: CompiledMode,
  mount: VolumeMount,
  input: PackInput,
  context: StageContext,
): Promise<Result> {
  const warning = littleMemory(input.project, await engine.info());
  if (warning !== undefined) context.warn(warning);
  await removeOtherVolumes(engine, '', COMPILED_LABEL, context.checkout);
  await engine.volume.ensure(mount.volume, COMPILED_LABEL);
  try {
    await keepWrapper(input, context);
    return await compile(engine, mode, mount, input, context);
  } catch (error) {
    // What cannot be removed now is removed before the next one is made; the error that is on its way matters more.
    await engine.volume.remove(mount.volume).catch(() => undefined);
    throw error;
  }
}

const SAY_EVERY_MS = 10_000;

/** Says again and again how long something has lasted: of PackageCompiler nothing else is heard for minutes. */
export async function sayingHowLong<T>(
  work: Promise<T>,
  say: (duration: string) => void,
  everyMs = SAY_EVERY_MS,
): Promise<T> {
  const started = Date.now();
  const timer = setInterval(() => say(formatDuration(Date.now() - started)), everyMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** Minutes of compiling are not begun where the result cannot fit. */
async function checkSpace(
  engine: Engine,
  mode: CompiledMode,
  { project, build }: PackInput,
  context: StageContext,
): Promise<void> {
  if (context.ports.environment[SKIP_DISK_CHECK] === 'off') return;
  const disk = await engineDisk(engine, build.image.name);
  const error = noSpaceToCompile(project, bytesToCompile(mode, build), disk);
  if (error !== undefined) throw error;
}

/** For the person to look at: what is compiled beside the project. */
async function keepWrapper({ project }: PackInput, context: StageContext): Promise<void> {
  const folder = join(context.folder, 'app');
  for (const [path, text] of Object.entries(wrapperFiles(project)))
    await context.files.write(join(folder, path), text);
  context.log('note', `what is compiled beside ${project.name} is in ${folder}`);
}

async function compile(
  engine: Engine,
  mode: CompiledMode,
  mount: VolumeMount,
  input: PackInput,
  context: StageContext,
): Promise<Result> {
  const { project, build, test } = input;
  const id = randomUUID();
  const checkout = localCompiler(context.ports.environment);
  const files = [
    ...compileFiles(project, publicFolders(project)),
    ...(checkout === undefined ? [] : await localCompilerFiles(checkout)),
  ];
  const script = {
    image: build.image.name,
    command: compileCommand(project),
    environment: compileEnvironment(project, mode, context.ports.environment, id),
    workingFolder: WORKING,
    mounts: [
      ...juliaMounts(build),
      mount,
      ...(await publicInputs(engine, project, test, build.image.name, context)),
    ],
    network: 'bridge' as const,
    installs: true,
    ...gpuOf(test.gpu),
    files,
    read: factReader('compiler', 'compiling', 'bundled', 'compiled', 'problem'),
    onLine: context.log,
    isTelling,
  };
  const what = compiledWhat(project);
  let text = l10n.t('Compiling {0}', what);
  context.progress(text);
  const compiling = runScript(engine, {
    ...script,
    onFact: (fact) => {
      if (fact.kind !== 'compiling') return;
      text = l10n.t('Compiling {0}: {1}', what, fact.step);
      context.progress(text);
      context.log('note', fact.step);
    },
  });
  const { exit, facts, lines } = await sayingHowLong(compiling, (duration) =>
    context.progress(`${text}, ${duration}`),
  );
  const compilerFacts = compilerFactsOf(facts);
  if (exit.exitCode !== 0 || compilerFacts.seconds === undefined)
    throw located(explainCompile(project, exit.exitCode, lines, compilerFacts), project, lines);
  const { version, artifacts, bytes, seconds } = compilerFacts;
  return { id, version, artifacts: [...artifacts], bytes, seconds };
}

async function packCompiled(
  packing: Packing,
  mode: CompiledMode,
  mount: VolumeMount,
  { id, version, bytes, seconds, artifacts: found }: Result,
  input: PackInput,
  context: StageContext,
): Promise<CompiledPart> {
  const { project } = input;
  const artifacts = judged(found, input);
  const leftOut = artifacts.filter(({ kept }) => !kept);
  const key = compiledFingerprint(input);
  const belowRoot = (path: string): string => path.slice('/root/'.length);
  const part = await packPart(
    packing,
    {
      kind: mode,
      fingerprint: fingerprint({ key, leftOut: leftOut.map(({ hash }) => hash) }),
      paths: [belowRoot(outputFolder(mode))],
      exclude: leftOut.map(({ hash }) => `${belowRoot(appDepot(project.juliaVersion))}/artifacts/${hash}`),
      mounts: [mount],
    },
    input,
    context,
  );
  const compiled: Compiled = { mode, fingerprint: key, id, seconds, bytes, version, artifacts };
  await context.files.write(
    join(context.folder, 'reports', 'compiled.md'),
    compiledReport(project, compiled, part),
  );
  if (leftOut.length > 0)
    context.log(
      'note',
      `left out of the app: ${leftOut.map(({ name }) => name).join(', ')}; [pack] keep brings one back, reports/compiled.md has all`,
    );
  return { part, compiled };
}

/** Pure: what an Artifacts.toml calls an artifact, by its hash. */
function artifactNames(items: readonly InventoryItem[]): Map<string, string> {
  return new Map(
    items
      .filter(({ kind, label }) => kind === 'artifact' && label !== undefined)
      .map(({ name, label = name }) => [name.replace(/^artifacts\//, ''), label]),
  );
}
