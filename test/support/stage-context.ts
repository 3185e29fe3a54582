import type { Clock } from '../../src/base/abort.ts';
import { UserError } from '../../src/base/errors.ts';
import { GuardedFolder } from '../../src/base/guarded-folder.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { Submission } from '../../src/core/artefacts.ts';
import type { StageContext } from '../../src/core/stage.ts';
import type { StageName } from '../../src/core/stages.ts';
import type { JuliaReleases } from '../../src/julia/releases.ts';
import type { KaggleClient } from '../../src/kaggle/client.ts';

export interface KeptContext {
  readonly context: StageContext;
  readonly log: string[];
  readonly warnings: string[];
  readonly progress: string[];
  /** Everything that was saved as pending, in order. */
  readonly saved: unknown[];
  /** Every submission that was kept in the history, in order. */
  readonly submissions: Submission[];
  /** The stages whose results were taken back, and why. */
  readonly takenBack: (readonly [StageName, unknown])[];
}

type Groups = Pick<
  KaggleClient,
  'account' | 'competitions' | 'datasets' | 'models' | 'notebooks' | 'submissions'
>;

/** Calls of Kaggle that a test plays. */
export type PlayedCalls = { readonly [Group in keyof Groups]?: Partial<Groups[Group]> } & {
  readonly warnings?: readonly string[];
};

/** A Kaggle of which a test plays some calls; any other is a failure of the test. */
function playedKaggle(calls: PlayedCalls): KaggleClient {
  return {
    apiUrl: 'https://api.test',
    siteUrl: 'https://site.test',
    warnings: calls.warnings ?? [],
    account: played<Groups['account']>(calls.account ?? {}),
    competitions: played<Groups['competitions']>(withPages(calls.competitions ?? {})),
    datasets: played<Groups['datasets']>(calls.datasets ?? {}),
    models: played<Groups['models']>(calls.models ?? {}),
    notebooks: played<Groups['notebooks']>(calls.notebooks ?? {}),
    submissions: played<Groups['submissions']>(calls.submissions ?? {}),
  };
}

/** A list that a test plays is one page. */
function withPages(
  calls: NonNullable<PlayedCalls['competitions']>,
): NonNullable<PlayedCalls['competitions']> {
  const { listFiles } = calls;
  if (listFiles === undefined) return calls;
  return {
    filePages: async function* (slug, signal) {
      yield await listFiles(slug, signal);
    },
    ...calls,
  };
}

/** A port has many methods, and each test is about a few of them. */
function played<T extends object>(members: Partial<T>): T {
  return new Proxy(members as T, {
    get: (target, name) => {
      // A promise that is resolved with it asks whether it is a promise itself.
      if (name in target || typeof name === 'symbol' || name === 'then') {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      }
      throw new Error(`The test plays no ${name}.`);
    },
  });
}

/** There are no credentials: Kaggle cannot be asked. */
export function signedOut(): Promise<never> {
  return Promise.reject(
    new UserError({ code: 'not-signed-in', title: 'Not signed in.', actions: [{ title: 'Sign in.' }] }),
  );
}

/** What a stage is lent, with a clock on which waiting takes no time; keeps what the stage says. */
export function keptContext(
  kaggle: PlayedCalls,
  more: Partial<
    Pick<StageContext, 'pending' | 'folder' | 'signal' | 'note' | 'probe' | 'anew' | 'adopt'>
  > = {},
): KeptContext {
  const [log, warnings, progress]: string[][] = [[], [], []];
  const saved: unknown[] = [];
  const submissions: Submission[] = [];
  const takenBack: (readonly [StageName, unknown])[] = [];
  let now = 0;
  const clock: Clock = {
    now: () => now,
    sleep: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  };
  const context: StageContext = {
    ports: {
      engine: () => Promise.reject(new Error('not needed')),
      kaggle: () => Promise.resolve(playedKaggle(kaggle)),
      julia: played<JuliaReleases>({}),
      clock,
      logger: silentLogger,
      environment: {},
    },
    signal: new AbortController().signal,
    folder: '/nowhere',
    files: new GuardedFolder((more.folder ?? '/nowhere').replace(/[\\/]\.julia-kaggle$/, '')),
    checkout: 'a-checkout',
    pending: undefined,
    savePending: (value) => {
      saved.push(value);
      return Promise.resolve();
    },
    takeBack: (stage, why) => {
      takenBack.push([stage, why]);
      return Promise.resolve();
    },
    note: undefined,
    probe: false,
    anew: false,
    adopt: [],
    keepSubmission: (submission) => {
      submissions.push(submission);
      return Promise.resolve();
    },
    progress: (text) => progress?.push(text),
    log: (_, line) => log?.push(line),
    warn: (message) => warnings?.push(message),
    ...more,
  };
  return {
    context,
    log: log ?? [],
    warnings: warnings ?? [],
    progress: progress ?? [],
    saved,
    submissions,
    takenBack,
  };
}
