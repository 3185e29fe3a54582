import type { ChildProcess, SpawnOptions } from 'node:child_process';

export function startServer(
  program: string,
  args: readonly string[],
  options: SpawnOptions & { readonly folder: string },
): {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly address: (opened: string, stopped: Promise<unknown>) => Promise<string | undefined>;
};

export function pageLeadingTo(address: string, folder: string): string;
