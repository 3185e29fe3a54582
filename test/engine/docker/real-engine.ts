import { homedir } from 'node:os';
import type { Engine, Labels } from '../../../src/docker/engine.ts';
import { findEngine } from '../../../src/docker/find-engine.ts';

/** Made by scripts/setup/standin-image.sh: Python 3 with Jupyter, curl, the usual commands. */
export const IMAGE = 'julia-kaggle/standin:1';

export const NEVER = new AbortController().signal;

export async function realEngine(labels: Labels = {}): Promise<Engine> {
  const machine = { environment: process.env, homeFolder: homedir(), platform: process.platform };
  return (await findEngine(machine, NEVER)).bound({ labels });
}

/** Labels that nothing else on this machine has: tests count what carries them. */
export function ownLabels(): Labels {
  return { 'julia-kaggle.test': `${process.pid}-${Math.random().toString(36).slice(2)}` };
}
