import { join, resolve } from 'node:path';
import { throwIfAborted } from '../base/abort.ts';
import { GuardedFolder } from '../base/guarded-folder.ts';
import { withLock } from '../base/lock.ts';
import { ReadablePlaces } from '../base/readable-places.ts';
import type { Engine, VolumeInfo } from '../docker/engine.ts';
import { CHECKOUT_LABEL } from './contract/checkout.ts';
import { knownCheckoutOf } from './pipeline/checkouts.ts';
import { lockOf, RECORD_FOLDER } from './pipeline/record.ts';
import { openProject } from './project/find-project.ts';
import type { Ports } from './stage.ts';

/** What runs leave behind to be quicker the next time; whatever is removed is made again when it is needed. */
export interface Kept {
  readonly kind: 'depot' | 'Julia' | 'compiled' | 'data' | 'tarballs';
  /** Of a volume the name, else the absolute path of a folder. */
  readonly name: string;
  /** Undefined where the engine does not say. */
  readonly bytes: number | undefined;
  /** The project's folder; absent: all projects share it. */
  readonly project?: string;
}

export interface CleanRequest {
  readonly folder: string;
  /** What all projects have in the engine, and what they share, besides what this one has. */
  readonly all: boolean;
  readonly ports: Ports;
  readonly signal: AbortSignal;
}

/** Label of every volume of a project, and that of a volume that several share, with its values. */
const OF_PROJECTS = { 'julia-kaggle': 'run' };
const SHARED_LABEL = 'julia-kaggle.shared';
const SHARED = ['julia', 'dataset'];

/**
 * What there is to remove: the project's depot, its Julia, its compiled app, its data and datasets in the engine, and its tarballs.
 * @throws UserError of the engine, `not-a-project`, `unsafe-path`; CancelledError.
 */
export async function findKept(request: CleanRequest): Promise<Kept[]> {
  const { folder, all, ports, signal } = request;
  const root = resolve(folder);
  if (!all) await openProject(root, await ReadablePlaces.around(root));
  const engine = await ports.engine(signal);
  const [volumes, sizes, tarballs] = await Promise.all([
    volumesOf(engine, root, request),
    engine.volume.sizes(),
    tarballsOf(root),
  ]);
  return [...volumes.map((volume) => keptIn(volume, sizes)), ...tarballs].sort(bySize);
}

/**
 * Removes what was found, while no run of the project goes on.
 * @returns what could not be removed, with the reason: a volume may be in use.
 * @throws UserError `run-locked`; CancelledError.
 */
export async function removeKept(
  kept: readonly Kept[],
  { folder, ports, signal }: Omit<CleanRequest, 'all'>,
): Promise<{ readonly kept: Kept; readonly error: unknown }[]> {
  const root = resolve(folder);
  const files = new GuardedFolder(root);
  const failed: { kept: Kept; error: unknown }[] = [];
  const remove = async (held: AbortSignal): Promise<void> => {
    const engine = await ports.engine(held);
    for (const each of kept) {
      throwIfAborted(held);
      const removing = each.kind === 'tarballs' ? files.remove(each.name) : engine.volume.remove(each.name);
      await removing.catch((error: unknown) => failed.push({ kept: each, error }));
    }
  };
  const record = join(root, RECORD_FOLDER);
  if ((await files.look(record)) === undefined) await remove(signal);
  else await withLock(lockOf(record), signal, remove);
  return failed;
}

async function volumesOf(
  engine: Engine,
  root: string,
  { all, ports }: CleanRequest,
): Promise<readonly VolumeInfo[]> {
  if (!all) return engine.volume.list({ [CHECKOUT_LABEL]: await knownCheckoutOf(ports, root) });
  const shared = SHARED.map((value) => engine.volume.list({ [SHARED_LABEL]: value }));
  return (await Promise.all([engine.volume.list(OF_PROJECTS), ...shared])).flat();
}

function keptIn({ name, labels }: VolumeInfo, sizes: ReadonlyMap<string, number>): Kept {
  const project = labels['julia-kaggle.project'];
  const isJulia = labels['julia-kaggle.julia'] !== undefined || labels[SHARED_LABEL] === 'julia';
  const isDepot = labels['julia-kaggle.depot'] !== undefined;
  const isCompiled = labels['julia-kaggle.compiled'] !== undefined;
  return {
    kind: isDepot ? 'depot' : isJulia ? 'Julia' : isCompiled ? 'compiled' : 'data',
    name,
    bytes: sizes.get(name),
    ...(project === undefined ? {} : { project }),
  };
}

/** The folder of the tarballs, if there is one. */
async function tarballsOf(root: string): Promise<Kept[]> {
  const files = new GuardedFolder(root);
  const folder = join(root, RECORD_FOLDER, 'bundle');
  const entries = await files.list(folder);
  if (entries === undefined || entries.length === 0) return [];
  const stats = await Promise.all(entries.map(({ name }) => files.look(join(folder, name))));
  const bytes = stats.reduce((sum, found) => sum + (found?.size ?? 0), 0);
  return [{ kind: 'tarballs', name: folder, bytes, project: root }];
}

function bySize(one: Kept, other: Kept): number {
  return (other.bytes ?? 0) - (one.bytes ?? 0);
}
