import { startWorld, type World, type WorldOptions } from '../../test/support/world.ts';
import type { Tally } from '../case.ts';
import type { Life } from './killed-program.ts';
import { searchForSecrets } from './search-for-secrets.ts';

/** A world, and what its programs have told so far. */
export interface WatchedWorld extends World {
  /** Keeps a life for the search; gives it back. */
  heard(life: Life): Life;
}

/** A world that was changed: another engine's address, another place of the project. */
export interface Changed {
  readonly world: World;
  readonly undo: () => Promise<void>;
}

export interface InWorldOptions extends WorldOptions {
  readonly change?: (world: World) => Promise<Changed>;
}

/**
 * Lends a world, and then looks for its credential in everything that the programs printed and left: Kaggle's own folder
 * is where it is by right.
 */
export async function inWorld(
  tally: Tally,
  use: (world: WatchedWorld) => Promise<void>,
  { change = unchanged, ...options }: InWorldOptions = {},
): Promise<void> {
  const base = await startWorld(options);
  try {
    const { world, undo } = await change(base);
    const told: string[] = [];
    const heard = (life: Life): Life => {
      told.push(life.output, life.stderr);
      return life;
    };
    try {
      await use({ ...world, heard });
      await searchForSecrets(secretsOf(world), { folders: foldersOf(world), told }, tally);
    } finally {
      await undo();
    }
  } finally {
    await base.close();
  }
}

function unchanged(world: World): Promise<Changed> {
  return Promise.resolve({ world, undo: () => Promise.resolve() });
}

function secretsOf({ environment }: World): Readonly<Record<string, string>> {
  const { KAGGLE_USERNAME: name = '', KAGGLE_KEY: key = '' } = environment;
  return { key, header: Buffer.from(`${name}:${key}`).toString('base64') };
}

function foldersOf({ examples, temporary, environment }: World): readonly string[] {
  return [examples, temporary, environment['JULIA_KAGGLE_CACHE'] ?? temporary];
}
