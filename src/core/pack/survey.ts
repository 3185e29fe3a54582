import { ownText } from '../../base/own-text.ts';
import { UserError } from '../../base/errors.ts';
import type { Engine } from '../../docker/engine.ts';
import { tarOfFiles } from '../../docker/tar-files.ts';
import { JULIA_ENVIRONMENT, juliaFlags } from '../contract/julia-environment.ts';
import { juliaMounts } from '../contract/mounts.ts';
import { compiledFolder, DEPOT, juliaProgram, STAGED, stagedFolder } from '../contract/paths.ts';
import type { StageContext } from '../stage.ts';
import { type DepotFacts, DepotFactsReader } from './depot-facts.ts';
import type { PackInput } from './plan.ts';
import { KeptLines } from '../../base/kept-lines.ts';

/**
 * Asks Julia in the image what the environment needs of the depot, and lists what the depot holds. Offline.
 * @throws UserError `engine-failed` when the depot cannot be read; CancelledError. When Julia itself cannot tell, the
 * facts are not `complete`, and a warning says why.
 */
export async function surveyDepot(
  engine: Engine,
  { project, build }: PackInput,
  context: StageContext,
): Promise<DepotFacts> {
  context.progress('Looking what the depot holds');
  const julia = [
    juliaProgram(build.julia.version),
    ...juliaFlags(stagedFolder(project.place), '1'),
    `${STAGED}/needed.jl`,
  ];
  const list = [
    'python3',
    `${STAGED}/entries.py`,
    DEPOT,
    compiledFolder(build.julia.version),
    ...project.packExclude,
  ];
  // The listing stands whether Julia could tell or not.
  const program = `"\${@:1:${julia.length}}"; "\${@:${julia.length + 1}}"`;
  const spec = {
    image: build.image.name,
    command: ['bash', '-c', program, 'bash', ...julia, ...list],
    environment: { ...JULIA_ENVIRONMENT, JULIA_PKG_OFFLINE: 'true' },
    mounts: juliaMounts(build),
    network: 'none' as const,
  };
  const reader = new DepotFactsReader();
  const words = new KeptLines();
  const { exitCode } = await engine.container.use(spec, async (container) => {
    await container.putArchive('/', tarOfFiles([script('needed.jl'), script('entries.py')]));
    return container.run({
      onLine: (stream, line) => {
        if (stream === 'stdout' && reader.read(line)) return;
        words.add(line);
        context.log(stream, line);
      },
    });
  });
  if (exitCode !== 0) throw unreadable(build.volume, exitCode, words.lines);
  const facts = reader.result();
  if (!facts.complete)
    context.warn(
      `Julia could not tell what of the depot is needed, so nearly all of it is packed: ${words.lines[0] ?? 'it said nothing'}`,
    );
  return facts;
}

function script(name: string) {
  const text = ownText(import.meta.dirname, 'scripts', name);
  return { path: `${STAGED.slice(1)}/${name}`, from: { text } };
}

function unreadable(volume: string, exitCode: number, words: readonly string[]): UserError {
  return new UserError({
    code: 'engine-failed',
    title: `The depot could not be read (exit code ${exitCode}).`,
    detail: words.slice(-10).join('\n'),
    actions: [
      {
        title: `Run again; if it happens again, remove the depot so that it is built anew: docker volume rm ${volume}`,
      },
    ],
  });
}
