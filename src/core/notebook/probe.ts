import { fingerprint } from '../../base/hash.ts';
import type { KaggleClient, NotebookInit } from '../../kaggle/client.ts';
import { titleSlug } from '../contract/title-slug.ts';
import type { StageContext } from '../stage.ts';
import { onlineNeeds } from './failed-run.ts';
import { followOrForget } from './follow.ts';
import { isBegun, pushOnce } from './push.ts';

const SUFFIX = ' probe';
/** The most that a title has (src/core/project, `notebookTitle`). */
const TITLE_CHARACTERS = 50;

/**
 * Runs the same notebook once with internet on and reads in its log what a run without would miss. It has a notebook of
 * its own, so that the versions of the real one are all without internet and none can be submitted by mistake.
 * Returns what is pending afterwards, for the real push.
 * @throws UserError `rehearsal-download`, `rehearsal-recompile`, `notebook-failed`.
 */
export async function probe(
  kaggle: KaggleClient,
  init: NotebookInit,
  wanted: string,
  context: StageContext,
): Promise<unknown> {
  // An interrupted run had the probe behind it.
  if (isBegun({ wanted, pending: context.pending })) return context.pending;
  const wish = { wanted: fingerprint({ probe: wanted }), pending: context.pending, isUnknown: false };
  context.log('note', 'The probe: the same notebook once with internet on.');
  const pushed = await pushOnce(kaggle, probeInit(init), wish, context);
  const { log } = await followOrForget(kaggle, pushed, context);
  await context.savePending(undefined);
  const needs = onlineNeeds(log, pushed);
  if (needs !== undefined) throw needs;
  context.log('note', 'The probe downloaded nothing and compiled nothing again.');
  return undefined;
}

/** Pure: the probe of a notebook. */
function probeInit(init: NotebookInit): NotebookInit {
  const title = `${init.title.slice(0, TITLE_CHARACTERS - SUFFIX.length).trimEnd()}${SUFFIX}`;
  return { ...init, title, slug: titleSlug(title), internet: true };
}
