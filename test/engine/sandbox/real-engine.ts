import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { promisify } from 'node:util';
import type { Engine } from '../../../src/docker/engine.ts';
import { findEngine } from '../../../src/docker/find-engine.ts';

export const IMAGE = 'julia-kaggle/standin:1';

const execute = promisify(execFile);

/** Runs the docker command; gives its output by lines. */
export async function docker(...args: string[]): Promise<string[]> {
  const { stdout } = await execute('docker', args);
  return stdout.split('\n').filter((line) => line !== '');
}

export function realEngine(): Promise<Engine> {
  const machine = { environment: process.env, homeFolder: homedir(), platform: process.platform };
  return findEngine(machine, new AbortController().signal);
}

/** Names of the volumes that a sandbox in this folder made. */
export function volumesOf(folder: string): Promise<string[]> {
  return docker('volume', 'ls', '--quiet', '--filter', `label=julia-kaggle.folder=${folder}`);
}

export function containersOf(folder: string): Promise<string[]> {
  return docker('ps', '--all', '--quiet', '--filter', `label=julia-kaggle.folder=${folder}`);
}

/** Ids of its containers that are executing a notebook now. */
export async function runsOf(folder: string): Promise<string[]> {
  const filters = ['--filter', `label=julia-kaggle.folder=${folder}`, '--filter', 'status=running'];
  const lines = await docker('ps', '--no-trunc', ...filters, '--format', '{{.ID}} {{.Command}}');
  return lines.filter((line) => line.includes('run-notebook')).map((line) => line.split(' ')[0] ?? '');
}

export async function removeVolumes(folder: string): Promise<void> {
  const volumes = await volumesOf(folder);
  if (volumes.length > 0) await docker('volume', 'rm', '--force', ...volumes);
}
