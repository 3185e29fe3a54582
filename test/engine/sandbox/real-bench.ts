import { after } from 'mocha';
import { runNotebook } from '../../../src/docker/notebook-runner.ts';
import { type Bench, startBench } from '../../wire/sandbox/support.ts';
import { IMAGE, realEngine, removeVolumes } from './real-engine.ts';

const folders: string[] = [];

/** A sandbox that runs its notebooks in the real engine. */
export async function startRealBench(options: Parameters<typeof startBench>[0] = {}): Promise<Bench> {
  const bench = await startBench({ engine: realEngine, image: IMAGE, runNotebook, ...options });
  folders.push(bench.folder);
  return bench;
}

after(async () => {
  for (const folder of folders.splice(0)) await removeVolumes(folder);
});
