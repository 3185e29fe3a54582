import * as z from 'zod/mini';
import { isUserError } from '../../base/errors.ts';
import type { KaggleClient, NotebookInit, PushedNotebook } from '../../kaggle/client.ts';
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

export interface Wish {
  /** Fingerprint of what is to be pushed. */
  readonly wanted: string;
  /** What an interrupted run saved. */
  readonly pending: unknown;
}

/** Whether an interrupted run pushed the very same, or was about to. */
export function isBegun({ wanted, pending }: Wish): boolean {
  return (
    pushedSchema.safeParse(pending).data?.fingerprint === wanted ||
    pushingSchema.safeParse(pending).data?.pushing === wanted
  );
}

/** Pushes, unless an interrupted run of this stage pushed the very same already. */
export async function pushOnce(
  kaggle: KaggleClient,
  init: NotebookInit,
  wish: Wish,
  context: StageContext,
): Promise<PushedNotebook> {
  const earlier = pushedSchema.safeParse(wish.pending).data;
  if (earlier?.fingerprint === wish.wanted) {
    const { fingerprint: _, ...pushed } = earlier;
    context.log('note', `Version ${pushed.version} was pushed before; following its run.`);
    return pushed;
  }
  const pushed = await pushOrAdopt(kaggle, init, wish, context);
  await context.savePending({ fingerprint: wish.wanted, ...pushed });
  return pushed;
}

async function pushOrAdopt(
  kaggle: KaggleClient,
  init: NotebookInit,
  { wanted, pending }: Wish,
  context: StageContext,
): Promise<PushedNotebook> {
  const { owner, slug } = init;
  const after = (await kaggle.findNotebook(owner, slug, context.signal))?.currentVersion ?? 0;
  const announced = pushingSchema.safeParse(pending).data;
  if (announced?.pushing === wanted && after > announced.after) {
    return { owner, slug, version: after, url: `${kaggle.siteUrl}/code/${owner}/${slug}` };
  }
  await context.savePending({ pushing: wanted, after });
  context.progress(`Pushing ${init.title}`);
  try {
    return await kaggle.pushNotebook(init, context.signal);
  } catch (error) {
    // The version that lacks a source was made, and is not to be taken for a good one.
    if (isUserError(error, 'notebook-invalid-source')) await context.savePending(undefined);
    throw error;
  }
}
