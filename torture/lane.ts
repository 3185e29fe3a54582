// One process of the torture: takes cases in turn and tells of each to the process that began it.
import { type Outcome, type Size, type TortureCase } from './case.ts';
import { cases } from './cases/all.ts';
import { seedFor } from './random.ts';

/** What a lane is asked for, as its one argument in JSON. */
export interface LaneRequest {
  readonly seed: number;
  readonly size: Size;
  readonly names: readonly string[];
}

/** What it tells of each case: that it begins, then what became of it. */
export interface LaneNews {
  readonly name: string;
  readonly ended?: { readonly outcome: Outcome; readonly seconds: number };
}

const { seed, size, names } = JSON.parse(process.argv[2] ?? '') as LaneRequest;

for (const each of cases) {
  if (!names.includes(each.name)) continue;
  await tell({ name: each.name });
  const started = performance.now();
  const outcome = await attempt(each);
  await tell({ name: each.name, ended: { outcome, seconds: (performance.now() - started) / 1000 } });
}
process.exit(0);

async function attempt({ name, run }: TortureCase): Promise<Outcome> {
  try {
    return await run(seedFor(seed, name), size);
  } catch (error) {
    const failure = `the case itself ended: ${error instanceof Error ? error.stack : String(error)}`;
    return { tried: 1, survived: 0, lost: 0, leaked: 0, executed: 0, notes: [], failures: [failure] };
  }
}

/** Settles when it is sent: a process that is killed soon after has told. */
function tell(news: LaneNews): Promise<void> {
  return new Promise((sent) => process.send?.(news, () => sent()));
}
