import * as l10n from '@vscode/l10n';
import { isCancelled, isUserError, UserError } from '../../../base/errors.ts';
import type { Project } from '../../artefacts.ts';
import { CONFIG_FILE } from '../../config-file.ts';
import type { StageContext } from '../../stage.ts';
import { type KnownInput, knownInputs } from './other-inputs.ts';
import { REMOTE } from './remote-inputs.ts';

/** So long is Kaggle asked where nothing else is to be asked of it. */
const LOOK_MS = 10_000;

/** Warns of inputs that have a newer version on Kaggle than the one that is kept; where Kaggle is not heard, of none. */
export async function tellNewerInputs(project: Project, context: StageContext): Promise<void> {
  const { ports, signal, warn } = context;
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
  try {
    for (const input of knownInputs(project)) {
      const { kind, ref, version } = input;
      const newest = (await REMOTE[kind].versions(await ports.kaggle(), ref, inTime))?.at(-1);
      if (newest === undefined || version === undefined || newest <= version) continue;
      warn(
        l10n.t(
          '{0} has version {1} now; {2} is used. {3}',
          REMOTE[kind].thing(ref),
          newest,
          version,
          howToTake(input, newest),
        ),
      );
    }
  } catch (error) {
    if (signal.aborted || !(isUserError(error) || isCancelled(error))) throw error;
  }
}

/**
 * Looks before anything leaves the machine whether Kaggle will attach what was rehearsed.
 * @throws UserError `input-missing` for a version that was deleted since, or a notebook that has a newer one.
 */
export async function demandInputs(project: Project, { ports, signal }: StageContext): Promise<void> {
  for (const input of project.inputs ?? []) {
    const { kind, ref, version } = input;
    const versions = await REMOTE[kind].versions(await ports.kaggle(), ref, signal);
    if (versions === undefined || version === undefined) continue;
    const newest = versions.at(-1) ?? 0;
    if (kind === 'notebook' && newest !== version) throw notebookMoved(input, newest);
    if (!versions.includes(version)) throw versionMissing(input, version, newest);
  }
}

/** Pure: why a version cannot be had. */
export function versionMissing(
  { kind, ref }: Pick<KnownInput, 'kind' | 'ref'>,
  version: number,
  newest: number,
): UserError {
  return new UserError({
    code: 'input-missing',
    title: l10n.t(
      '{0} has no version {1}: it was deleted, or there never was one.',
      capitalized(REMOTE[kind].thing(ref)),
      version,
    ),
    actions: [{ title: l10n.t('Take the newest in {0}: "{1}/{2}".', CONFIG_FILE, ref, newest) }],
  });
}

/** Kaggle attaches a notebook's newest output, whichever was rehearsed. */
function notebookMoved({ ref, version }: KnownInput, newest: number): UserError {
  return new UserError({
    code: 'input-missing',
    title: l10n.t(
      'The notebook {0} has version {1} now, which Kaggle would attach; version {2} was rehearsed.',
      ref,
      newest,
      version ?? 0,
    ),
    actions: [{ title: l10n.t('Take the newer one, and rehearse it: julia-kaggle run --fresh build.') }],
  });
}

function howToTake({ kind, ref }: KnownInput, newest: number): string {
  return kind === 'notebook'
    ? l10n.t('To take the newer one: julia-kaggle run --fresh build.')
    : l10n.t('To take the newer one, write "{0}/{1}" in {2}.', ref, newest, CONFIG_FILE);
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
