import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { juliaMounts } from '../src/core/contract/image/julia.ts';
import { inputFile, publicFolders } from '../src/core/contract/image/input-mount.ts';
import { WORKING } from '../src/core/contract/image/paths.ts';
import { runCommand } from '../src/core/contract/image/run-command.ts';
import type { Artefacts } from '../src/core/artefacts.ts';
import { tarOfFiles } from '../src/docker/tar-files.ts';
import { benchEngine, runInImage } from './engine.ts';
import { atMost, type Row } from './rows.ts';

/** One run of `julia-kaggle` up to the rehearsal. */
export interface VerdictRun {
  readonly seconds: number;
  readonly containers: number;
  readonly artefacts: Pick<Artefacts, 'project' | 'build' | 'test'>;
}

const TIMES = 3;

/** From an edit of one line to the verdict of the rehearsal, against one run of the same command by hand. */
export async function benchVerdict(run: () => Promise<VerdictRun>): Promise<Row[]> {
  // The first one proves Julia's tarball.
  let last = await run();
  const edits: VerdictRun[] = [];
  const byHand: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    await appendFile(join(last.artefacts.project.root, 'src', 'Inference.jl'), `# verdict ${time}\n`);
    last = await run();
    edits.push(last);
    byHand.push(await commandByHand(last.artefacts));
  }
  const unchanged = await run();
  const ratio = median(edits.map(({ seconds }) => seconds)) / median(byHand);
  const most = Math.max(...edits.map(({ containers }) => containers));
  return [
    atMost('edit to verdict: time against one run of the same command in a container', ratio, 'times', 3),
    atMost('edit to verdict: containers', most, 'containers', 5),
    atMost('nothing changed, up to the rehearsal: time', unchanged.seconds, 's', 0.5),
    atMost('nothing changed, up to the rehearsal: containers', unchanged.containers, 'containers', 0),
  ];
}

/** Seconds that the project's command takes in a container with its depot and its data. */
async function commandByHand({ project, build, test }: VerdictRun['artefacts']): Promise<number> {
  const { competition } = publicFolders(project);
  const data = test.dataFiles.map((file) =>
    inputFile({
      ...file,
      name: `${competition.slice(1)}/${file.name}`,
      path: join(test.dataFolder, file.name),
    }),
  );
  const models = project.models.map((model) =>
    inputFile({
      ...model,
      name: `${publicFolders(project).models.slice(1)}/${model.name}`,
      path: model.source,
    }),
  );
  const quoted = runCommand(project, publicFolders(project)).map(
    (part) => `'${part.replaceAll("'", "'\\''")}'`,
  );
  const script = `mkdir -p ${WORKING}; cd ${WORKING}; JULIA_DEPOT_PATH=/root/.julia ${quoted.join(' ')}`;
  const { seconds } = await runInImage(await benchEngine(), script, juliaMounts(build), (container) =>
    container.putArchive('/', tarOfFiles([...data, ...models])),
  );
  return seconds;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
