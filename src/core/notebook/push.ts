import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { defined } from '../../base/defined.ts';
import { isUserError, UserError } from '../../base/errors.ts';
import type { FoundNotebook, KaggleClient, NotebookInit, PushedNotebook } from '../../kaggle/client.ts';
import { sameNotebook } from '../../kaggle/notebook-source.ts';
import { markOf } from '../contract/notebook/ipynb.ts';
import type { StageContext } from '../stage.ts';

/** A pushed version whose run was not seen to end. */
const pushedSchema = z.object({
  fingerprint: z.string(),
  owner: z.string(),
  slug: z.string(),
  version: z.number(),
  url: z.string(),
});

/** A push that was about to be made: it may have been made without our hearing of it. */
const pushingSchema = z.object({ pushing: z.string(), after: z.number() });

/** A version of this very notebook was made, and is not to be taken for a good one. */
const FAILED = { failed: true } as const;

/** With Kaggle's number of the notebook. */
type IdentifiedNotebook = PushedNotebook & { readonly id?: number };

export interface Wish {
  /** Fingerprint of what is to be pushed. */
  readonly wanted: string;
  /** What an interrupted run saved. */
  readonly pending: unknown;
  /** Nothing is known of any run: the first one, or the record was lost. */
  readonly isUnknown: boolean;
}

/** What an earlier version came to is known now: the next run pushes anew. */
export function forget(context: StageContext): Promise<void> {
  return context.savePending(FAILED);
}

/** Whether an interrupted run pushed the very same, or was about to. */
export function isBegun({ wanted, pending }: Pick<Wish, 'wanted' | 'pending'>): boolean {
  return (
    pushedSchema.safeParse(pending).data?.fingerprint === wanted ||
    pushingSchema.safeParse(pending).data?.pushing === wanted
  );
}

/**
 * Pushes, unless an interrupted run of this stage pushed the very same already.
 * @throws UserError `not-ours` when there is a notebook of that name which is not this project's; `not-private` when
 * everyone can read what was pushed.
 */
export async function pushOnce(
  kaggle: KaggleClient,
  init: NotebookInit,
  wish: Wish,
  context: StageContext,
): Promise<IdentifiedNotebook> {
  const earlier = pushedSchema.safeParse(wish.pending).data;
  if (earlier?.fingerprint === wish.wanted) {
    const { fingerprint: _, ...pushed } = earlier;
    const identified = await identify(kaggle, pushed, context);
    context.log('note', `Version ${pushed.version} was pushed before; following its run.`);
    return identified;
  }
  const pushed = await pushOrAdopt(kaggle, init, wish, context);
  await context.savePending({ fingerprint: wish.wanted, ...pushed });
  return identify(kaggle, pushed, context);
}

async function pushOrAdopt(
  kaggle: KaggleClient,
  init: NotebookInit,
  wish: Wish,
  context: StageContext,
): Promise<PushedNotebook> {
  const { owner, slug } = init;
  const found = await kaggle.notebooks.find(owner, slug, context.signal);
  const after = found?.currentVersion ?? 0;
  if (found !== undefined && (await isOurs(kaggle, init, found, wish, context)))
    return { owner, slug, version: after, url: `${kaggle.siteUrl}/code/${owner}/${slug}` };
  if (found !== undefined) refuseOthers(kaggle, init, found, context);
  await context.savePending({ pushing: wish.wanted, after });
  context.progress(l10n.t('Pushing {0}', init.title));
  try {
    return await kaggle.notebooks.push(init, context.signal);
  } catch (error) {
    if (isUserError(error, 'notebook-invalid-source')) await forget(context);
    throw error;
  }
}

/**
 * Whether the latest version is the one that would be pushed: announced by a run that did not hear of it, or the very
 * same notebook where nothing is known of any run, since the record was lost.
 */
async function isOurs(
  kaggle: KaggleClient,
  { owner, slug, source }: NotebookInit,
  { currentVersion, source: there }: FoundNotebook,
  { wanted, pending, isUnknown }: Wish,
  context: StageContext,
): Promise<boolean> {
  const announced = pushingSchema.safeParse(pending).data;
  if (announced?.pushing === wanted && currentVersion > announced.after) return true;
  if (!isUnknown || pending !== undefined || !sameNotebook(there, source)) return false;
  const { status } = await kaggle.notebooks.status(owner, slug, currentVersion, context.signal);
  if (!['queued', 'running', 'complete'].includes(status)) return false;
  context.log('note', `Version ${currentVersion} on Kaggle is this very notebook; following its run.`);
  return true;
}

/** What a push would replace must be this project's, by the mark in its first cell; earlier versions named no project. */
function refuseOthers(
  kaggle: KaggleClient,
  { owner, slug, source }: NotebookInit,
  found: FoundNotebook,
  { adopt }: StageContext,
): void {
  // Without its text it cannot be told, and there is nothing of it that a new version would take away.
  if (found.source === undefined || adopt.includes(slug)) return;
  const mark = markOf(found.source);
  if (mark !== undefined && (mark.project === undefined || mark.project === markOf(source)?.project)) return;
  throw new UserError({
    code: 'not-ours',
    title:
      mark === undefined
        ? l10n.t('The notebook {0}/{1} was not made by julia-kaggle; a push would replace it.', owner, slug)
        : l10n.t('The notebook {0}/{1} belongs to another project; a push would replace it.', owner, slug),
    actions: [
      { title: l10n.t('Choose another title under [notebook] in JuliaKaggle.toml.') },
      { title: l10n.t('Open the notebook on Kaggle'), url: `${kaggle.siteUrl}/code/${owner}/${slug}` },
      {
        title: l10n.t(
          'If it may be replaced, run once with the option --adopt {0} of julia-kaggle run.',
          slug,
        ),
      },
    ],
  });
}

/** Kaggle's own words of what was pushed. A push says that it is private; whether it is, Kaggle says. */
async function identify(
  kaggle: KaggleClient,
  pushed: PushedNotebook,
  { signal }: StageContext,
): Promise<IdentifiedNotebook> {
  const { owner, slug, url } = pushed;
  const found = await kaggle.notebooks.find(owner, slug, signal);
  if (found?.isPrivate !== false) return { ...pushed, ...defined({ id: found?.id }) };
  throw new UserError({
    code: 'not-private',
    title: l10n.t(
      'The notebook {0}/{1} is public, although it was pushed as private: everyone can read it.',
      owner,
      slug,
    ),
    actions: [{ title: l10n.t('Make it private on its page, under Share, and run again.'), url }],
  });
}
