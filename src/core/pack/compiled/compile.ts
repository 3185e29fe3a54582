import { join } from 'node:path';
import { fingerprint } from '../../../base/hash.ts';
import { engineDisk } from '../../../docker/disk.ts';
import type { Engine, VolumeMount } from '../../../docker/engine.ts';
import { runScript } from '../../../docker/run-script.ts';
import type { Bundle, BundlePart, Compiled, InventoryItem } from '../../artefacts.ts';
import { isTelling } from '../../contract/diagnosis/rules.ts';
import { gpuOf } from '../../contract/image/gpu.ts';
import { SKIP_DISK_CHECK } from '../../contract/image/kaggle-image.ts';
import { publicFolders, publicInputs } from '../../contract/image/input-mount.ts';
import { juliaMounts } from '../../contract/image/julia.ts';
import { COMPILED, WORKING } from '../../contract/image/paths.ts';
import { factReader } from '../../contract/script-facts.ts';
import type { CompiledMode } from '../../packing.ts';
import type { StageContext } from '../../stage.ts';
import { packPart, type Packing } from '../pack-part.ts';
import { isThere } from '../parts.ts';
import { type PackInput, partOf } from '../plan.ts';
import { explainCompile, noFunctionToStart, noSpaceToCompile } from './explain.ts';
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
import { type CompilerFacts, compilerFactsOf } from './compiler-facts.ts';
import { compiledReport } from './report.ts';
import { wrapperFiles } from './wrapper.ts';

export interface CompiledPart {
  readonly part: BundlePart;
  readonly compiled: Compiled;
}

/**
 * Compiles the app or system image in the image and packs it; the last one is kept while its inputs are the same. It is
 * made in a volume of its own, which is removed whatever happens: the tarball is what stays.
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
  const { project } = input;
  if (mode === 'app' && project.run.form === 'script') throw noFunctionToStart(project);
  const kept = partOf(previous, mode);
  const last = previous?.compiled;
  if (kept !== undefined && last?.fingerprint === compiledFingerprint(input) && (await isThere(kept))) {
    context.log('note', `the compiled ${mode} is up to date`);
    return { part: kept, compiled: last };
  }
  await checkSpace(packing.engine, mode, input, context);
  const volume = `julia-kaggle-compiled-${fingerprint({ checkout: context.checkout }).slice(0, 16)}`;
  const { engine } = packing;
  await engine.volume.remove(volume);
  await engine.volume.ensure(volume);
  try {
    const mount = { volume, target: COMPILED, readOnly: false };
    await keepWrapper(input, context);
    const facts = await compile(engine, mode, mount, input, context);
    return await packCompiled(packing, mode, mount, facts, input, context);
  } finally {
    // What cannot be removed now is removed before the next one is made; the error that is on its way matters more.
    await engine.volume.remove(volume).catch(() => undefined);
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
): Promise<CompilerFacts> {
  const { project, build, test } = input;
  const checkout = localCompiler(context.ports.environment);
  const files = [
    ...compileFiles(project, publicFolders(project)),
    ...(checkout === undefined ? [] : await localCompilerFiles(checkout)),
  ];
  const script = {
    image: build.image.name,
    command: compileCommand(project),
    environment: compileEnvironment(project, mode, context.ports.environment),
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
  const what = mode === 'app' ? 'app' : 'system image';
  context.progress(`Compiling the ${what}`);
  const { exit, facts, lines } = await runScript(engine, {
    ...script,
    onFact: (fact) => {
      if (fact.kind === 'compiling') {
        context.progress(`Compiling the ${what}: ${fact.step}`);
        context.log('note', fact.step);
      }
    },
  });
  const told = compilerFactsOf(facts);
  if (exit.exitCode !== 0 || told.seconds === undefined)
    throw located(explainCompile(project, exit.exitCode, lines, told), project, lines);
  return told;
}

async function packCompiled(
  packing: Packing,
  mode: CompiledMode,
  mount: VolumeMount,
  facts: CompilerFacts,
  input: PackInput,
  context: StageContext,
): Promise<CompiledPart> {
  const { project, build, test } = input;
  const artifacts = judgeArtifacts({
    found: facts.artifacts,
    names: artifactNames([...build.inventory, ...(test.appeared ?? [])]),
    keep: project.packKeep,
    exclude: project.packExclude,
  });
  const key = compiledFingerprint(input);
  const belowRoot = (path: string): string => path.slice('/root/'.length);
  const part = await packPart(
    packing,
    {
      kind: mode,
      fingerprint: key,
      paths: [belowRoot(outputFolder(mode))],
      exclude: artifacts
        .filter(({ kept }) => !kept)
        .map(({ hash }) => `${belowRoot(outputFolder(mode))}/share/julia/artifacts/${hash}`),
      mounts: [mount],
    },
    input,
    context,
  );
  const compiled: Compiled = {
    mode,
    fingerprint: key,
    seconds: facts.seconds ?? 0,
    bytes: facts.bytes,
    version: facts.version,
    artifacts: artifacts.map(({ name, bytes, kept, why }) => ({ name, bytes, kept, why })),
  };
  await context.files.write(
    join(context.folder, 'reports', 'compiled.md'),
    compiledReport(project, compiled, part),
  );
  const leftOut = compiled.artifacts.filter(({ kept }) => !kept).map(({ name }) => name);
  if (leftOut.length > 0)
    context.log(
      'note',
      `left out of the app: ${leftOut.join(', ')}; [pack] keep brings one back, reports/compiled.md has all`,
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
