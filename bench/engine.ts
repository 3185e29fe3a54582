import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { promisify } from 'node:util';
import { STANDIN_IMAGE } from '../scripts/lib/steps.mjs';
import type { Container, Engine, VolumeMount } from '../src/docker/engine.ts';
import { findEngine } from '../src/docker/find-engine.ts';

export const IMAGE = STANDIN_IMAGE;
export const LABELS = { 'julia-kaggle.bench': String(process.pid) };

export async function benchEngine(): Promise<Engine> {
  const machine = { environment: process.env, homeFolder: homedir(), platform: process.platform };
  return (await findEngine(machine, new AbortController().signal)).bound({ labels: LABELS });
}

export interface Ran {
  readonly seconds: number;
  readonly stdout: readonly string[];
}

/** Runs a shell script in the image; the time is that from creating the container to its end. */
export async function runInImage(
  engine: Engine,
  script: string,
  mounts: readonly VolumeMount[],
  prepare: (container: Container) => Promise<void> = () => Promise.resolve(),
): Promise<Ran> {
  const stdout: string[] = [];
  const errors: string[] = [];
  const started = Date.now();
  const command = ['bash', '-euo', 'pipefail', '-c', script];
  const { exitCode } = await engine.container.use(
    { image: IMAGE, command, network: 'none', mounts },
    async (container) => {
      await prepare(container);
      return container.run({ onLine: (stream, line) => (stream === 'stdout' ? stdout : errors).push(line) });
    },
  );
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${script}\n${errors.slice(-5).join('\n')}`);
  return { seconds: (Date.now() - started) / 1000, stdout };
}

/** The docker command's trimmed output. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('docker', args, { maxBuffer: 1 << 26 });
  return stdout.trim();
}
