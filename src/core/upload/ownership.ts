import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { type ErrorAction, UserError } from '../../base/errors.ts';
import { readJson } from '../../base/json.ts';
import type { RemoteFile } from '../../kaggle/client.ts';
import { type DatasetPlan, isJuliaAlone } from '../contract/datasets.ts';
import type { Store } from './store.ts';

/** What a `bundle.json` must say to be one of ours; earlier versions did not name the project. */
const markerSchema = z.object({
  format: z.literal(1),
  bundleId: z.string(),
  kinds: z.array(z.string()),
  project: z.optional(z.string()),
});

/**
 * Whose a dataset is: `mine`, this project's; `unmarked`, of an earlier version of julia-kaggle that did not say whose;
 * `shared`, the one with Julia that all projects of the account use; of `another` project; `foreign`, of no julia-kaggle.
 */
export type Ownership = 'mine' | 'unmarked' | 'shared' | 'another' | 'foreign';

/**
 * Pure: whose the dataset is that a version of `plan` would replace. Without a `bundle.json` it counts as this project's
 * only when it is empty, or when all that it holds is of this very plan: then an upload of it did not arrive whole.
 * @param project uuid of the project.
 * @param marker text of the dataset's `bundle.json`; undefined: it has none.
 */
export function ownershipOf(
  plan: DatasetPlan,
  project: string,
  files: readonly RemoteFile[],
  marker: string | undefined,
): Ownership {
  const found = readJson(markerSchema, marker);
  if (found === undefined) {
    const isOfPlan = ({ name, bytes }: RemoteFile): boolean =>
      plan.files.some((file) => file.name === name && file.bytes === bytes);
    return files.every(isOfPlan) ? 'mine' : 'foreign';
  }
  if (found.project !== undefined) return found.project === project ? 'mine' : 'another';
  if (found.kinds.join() !== 'julia') return 'unmarked';
  return isJuliaAlone(plan) ? 'mine' : 'shared';
}

const REFUSALS = {
  shared: (name: string) =>
    l10n.t(
      '{0} is the one with Julia that all of your projects use; a new version would replace what it holds.',
      name,
    ),
  another: (name: string) =>
    l10n.t('{0} belongs to another project; a new version would replace what it holds.', name),
  foreign: (name: string) =>
    l10n.t('{0} was not made by julia-kaggle; a new version would replace what it holds.', name),
} as const;

/** Pure: why a new version of this dataset, or model, is not made. */
export function notOurs(
  { name, page }: Pick<Store, 'name' | 'page'>,
  slug: string,
  ownership: keyof typeof REFUSALS,
  files: readonly RemoteFile[],
): UserError {
  const names = files.slice(0, 5).map(({ name }) => name);
  const adopt: ErrorAction[] =
    ownership === 'shared'
      ? []
      : [
          {
            title: l10n.t(
              'If it may be replaced, run once with the option --adopt {0} of julia-kaggle run.',
              slug,
            ),
          },
        ];
  return new UserError({
    code: 'not-ours',
    title: REFUSALS[ownership](name),
    detail:
      names.length === 0
        ? undefined
        : l10n.t('It holds {0}.', [...names, ...(files.length > 5 ? ['…'] : [])].join(', ')),
    actions: [
      { title: l10n.t('Choose another name under [datasets] in JuliaKaggle.toml.') },
      { title: l10n.t('Open it on Kaggle'), url: page },
      ...adopt,
    ],
  });
}

/** Pure: why nothing goes into this dataset, or model, or what is to be done about what went there. */
export function notPrivate(
  { name, page }: Pick<Store, 'name' | 'page'>,
  state: 'before' | 'after',
): UserError {
  return new UserError({
    code: 'not-private',
    title:
      state === 'before'
        ? l10n.t('{0} is public: everyone could read what would be uploaded.', name)
        : l10n.t('{0} is public: everyone can read what was uploaded.', name),
    actions: [
      { title: l10n.t('Make it private on its page, under Settings, and run again.'), url: page },
      { title: l10n.t('Or choose another name under [datasets] in JuliaKaggle.toml.') },
    ],
  });
}
