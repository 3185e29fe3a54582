import type { UserError } from '../../base/errors.ts';
import { readConfig } from '../project/config.ts';
import type { ResolveRequest } from './resolve-input.ts';
import { type ResolvedManifest, resolveManifest } from './resolve-manifest.ts';
import { applyChanges } from './staged-edits.ts';

/** Whom to ask where a project has no Manifest that fits. */
export interface AskResolve {
  /** Whether it is to be resolved, by what keeps the project from being read. */
  readonly offer: (error: UserError) => Promise<boolean>;
  /** Whether what came of it is to be written. */
  readonly write: (resolved: ResolvedManifest) => Promise<boolean>;
}

/** Where a package comes from is the user's choice, so that other remedies are not offered here. */
const OFFERED = /^resolve (?:--write$|add )/;

/**
 * For a run whose project cannot be read: resolves it where that is what helps, and JuliaKaggle.toml or the person says
 * so. Gives whether its files are others now.
 * @throws as `resolveManifest` and `applyChanges`.
 */
export async function resolveInRun(
  error: UserError,
  request: ResolveRequest,
  ask: AskResolve | undefined,
): Promise<boolean> {
  const command = error.actions
    .map((action) => action.command)
    .find((each) => each !== undefined && OFFERED.test(each));
  if (command === undefined) return false;
  const { resolve } = (await readConfig(request.folder)).manifest;
  // What the sources load and Project.toml does not name is no matter of the Manifest: that is always asked.
  const add = command.startsWith('resolve add ') ? command.split(' ').slice(2) : [];
  const isAgreed = resolve === 'when missing' && add.length === 0;
  if (resolve === 'never' || (!isAgreed && (await ask?.offer(error)) !== true)) return false;
  const resolved = await resolveManifest({ ...request, add });
  if (resolved === undefined || (!isAgreed && (await ask?.write(resolved)) !== true)) return false;
  await applyChanges(resolved.edits);
  return true;
}
