import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  afterAnswer,
  GRANULE_BYTES,
  nextStep,
  resumeUpload,
  startUpload,
  type UploadAnswer,
  type UploadState,
  type UploadStep,
} from '../../../src/kaggle/upload-state.ts';

/** So many sessions one upload may open, and so many troubles in a row it may have. */
const [MAX_SESSIONS, MAX_TROUBLES] = [4, 8];

type Working = Exclude<UploadStep, { do: 'done' | 'fail' }>;

interface End {
  readonly step: Extract<UploadStep, { do: 'done' | 'fail' }>;
  readonly sessions: number;
  readonly steps: number;
}

/** Runs an upload against a store; throws when it does not end within a bound that progress alone justifies. */
function run(
  size: number,
  chunkBytes: number,
  store: (step: Working) => UploadAnswer,
  begin: typeof startUpload = startUpload,
  onOpen: () => void = () => undefined,
): End {
  let state: UploadState = begin(size, chunkBytes);
  const bound = MAX_SESSIONS * 20 * (2 + Math.ceil(size / GRANULE_BYTES));
  for (let steps = 0; steps <= bound; steps += 1) {
    const step = nextStep(state);
    if (step.do === 'done' || step.do === 'fail') return { step, sessions: state.sessions, steps };
    if (step.do === 'open') onOpen();
    state = afterAnswer(state, step.do === 'open' ? { kind: 'session' } : store(step));
  }
  return assert.fail(`It did not end within ${bound} steps.`);
}

/** The next of an endless stream. */
function draw<T>(stream: fc.Stream<T>): T {
  const next: IteratorResult<T, unknown> = stream.next();
  return next.done === true ? assert.fail('The stream ended.') : next.value;
}

const sizes = fc.oneof(
  fc.constantFrom(0, 1, GRANULE_BYTES, 4 * GRANULE_BYTES),
  fc.nat({ max: 9 * GRANULE_BYTES }),
);
const chunks = fc.integer({ min: 1, max: 4 }).map((granules) => granules * GRANULE_BYTES);

/** Any answer at all, true or not. */
const anyAnswer: fc.Arbitrary<UploadAnswer> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('incomplete'), received: fc.nat({ max: 9 * GRANULE_BYTES }) }),
  },
  { weight: 3, arbitrary: fc.constant<UploadAnswer>({ kind: 'trouble' }) },
  { weight: 1, arbitrary: fc.constant<UploadAnswer>({ kind: 'complete' }) },
  { weight: 1, arbitrary: fc.constant<UploadAnswer>({ kind: 'gone' }) },
  { weight: 1, arbitrary: fc.constant<UploadAnswer>({ kind: 'refused', status: 403 }) },
);

/** A beginning, and one in a session of an earlier process. */
const beginnings = fc.constantFrom(startUpload, resumeUpload);

/** What an honest store meets: how much of a part it keeps, and what becomes of its answer. */
const incident = fc.record({
  kept: fc.oneof(fc.constant(1), fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
  answer: fc.oneof(
    { weight: 6, arbitrary: fc.constant('told') },
    { weight: 2, arbitrary: fc.constant('lost') },
    { weight: 1, arbitrary: fc.constant('gone') },
  ),
});

/** A store that never lies, though it loses bytes, answers and whole sessions. */
class HonestStore {
  stored = 0;
  complete = false;
  readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  newSession(): void {
    this.stored = 0;
  }

  take(step: Working, kept: number): void {
    if (step.do === 'send' && step.from === this.stored)
      this.receive(Math.floor((step.to - step.from) * kept));
  }

  receive(bytes: number): void {
    this.stored += bytes;
    if (this.stored === this.size) this.complete = true;
  }

  tell(): UploadAnswer {
    return this.complete ? { kind: 'complete' } : { kind: 'incomplete', received: this.stored };
  }
}

describe('the decisions of an upload (properties)', () => {
  it('end, whatever the store answers, after no more than the allowed sessions', () => {
    fc.assert(
      fc.property(sizes, chunks, beginnings, fc.infiniteStream(anyAnswer), (size, chunk, begin, answers) => {
        const { sessions } = run(size, chunk, () => draw(answers), begin);
        assert.ok(sessions <= MAX_SESSIONS);
      }),
      { numRuns: 500 },
    );
  });

  it('give up soon on a store that takes a few bytes at a time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: GRANULE_BYTES - 1 }), (trickle) => {
        let received = 0;
        const end = run(9 * GRANULE_BYTES, GRANULE_BYTES, () => {
          received += trickle;
          return { kind: 'incomplete', received };
        });
        assert.deepEqual(end.step, { do: 'fail', reason: 'stuck' });
        assert.ok(end.steps <= MAX_TROUBLES + 2);
      }),
    );
  });

  it('never send again what the session has acknowledged, and leave no gap', () => {
    fc.assert(
      fc.property(sizes, chunks, beginnings, fc.infiniteStream(anyAnswer), (size, chunk, begin, answers) => {
        // An earlier process may have sent the whole.
        let [acknowledged, sent] = [0, begin === resumeUpload ? size : 0];
        let state = begin(size, chunk);
        for (;;) {
          const step = nextStep(state);
          if (step.do === 'done' || step.do === 'fail') return;
          if (step.do === 'open') {
            [acknowledged, sent] = [0, 0];
            state = afterAnswer(state, { kind: 'session' });
            continue;
          }
          if (step.do === 'send') {
            assert.ok(step.from >= acknowledged, 'sent again');
            assert.ok(step.from <= sent, 'left a gap');
            assert.ok(step.to <= size && (step.to === size || (step.to - step.from) % GRANULE_BYTES === 0));
            sent = Math.max(sent, step.to);
          }
          const answer = draw(answers);
          // Acknowledging what was never sent ends the session, so it binds nobody.
          if (answer.kind === 'incomplete' && answer.received <= sent) {
            acknowledged = Math.max(acknowledged, answer.received);
          }
          state = afterAnswer(state, answer);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('succeed only when the store said so after every byte was sent in that session', () => {
    fc.assert(
      fc.property(sizes, chunks, fc.infiniteStream(anyAnswer), (size, chunk, answers) => {
        let [sent, told] = [-1, false];
        let session = 0;
        const end = run(size, chunk, (step) => {
          if (step.do === 'send') sent = step.from === 0 ? step.to : Math.max(sent, step.to);
          const answer = draw(answers);
          told = answer.kind === 'complete';
          session += 1;
          return answer;
        });
        if (end.step.do === 'done') assert.ok(told && sent === size && session > 0);
      }),
      { numRuns: 500 },
    );
  });

  it('never succeed with an honest store that has not every byte', () => {
    fc.assert(
      fc.property(
        sizes,
        chunks,
        beginnings,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.infiniteStream(incident),
        (size, chunk, begin, before, incidents) => {
          const store = new HonestStore(size);
          if (begin === resumeUpload) store.receive(Math.floor(size * before));
          const answer = (step: Working): UploadAnswer => {
            const { kept, answer: word } = draw(incidents);
            if (word === 'gone') {
              store.newSession();
              return store.complete ? store.tell() : { kind: 'gone' };
            }
            store.take(step, kept);
            return word === 'lost' ? { kind: 'trouble' } : store.tell();
          };
          const end = run(size, chunk, answer, begin);
          if (end.step.do === 'done') assert.ok(store.complete);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('resumed, send only what the store has not, each part once, and open no other session', () => {
    fc.assert(
      fc.property(sizes, chunks, fc.double({ min: 0, max: 1, noNaN: true }), (size, chunk, before) => {
        const store = new HonestStore(size);
        store.receive(Math.floor(size * before));
        const there = store.stored;
        let sent = 0;
        const answer = (step: Working): UploadAnswer => {
          if (step.do === 'send') sent += step.to - step.from;
          store.take(step, 1);
          return store.tell();
        };
        const end = run(size, chunk, answer, resumeUpload);
        assert.deepEqual([end.step.do, end.sessions], ['done', 0]);
        assert.equal(sent, size - there);
      }),
    );
  });

  it('resumed in a session that is gone, refused or silent, begin a new one and succeed', () => {
    const ends = fc.constantFrom<UploadAnswer>(
      { kind: 'gone' },
      { kind: 'refused', status: 403 },
      { kind: 'trouble' },
    );
    fc.assert(
      fc.property(sizes, chunks, ends, (size, chunk, end) => {
        const store = new HonestStore(size);
        let isOpen = false;
        const answer = (step: Working): UploadAnswer => {
          if (!isOpen) return end;
          store.take(step, 1);
          return store.tell();
        };
        const result = run(size, chunk, answer, resumeUpload, () => (isOpen = true));
        assert.deepEqual([result.step.do, result.sessions], ['done', 1]);
      }),
    );
  });

  it('succeed with a store that does its duty, with one PUT for each part', () => {
    fc.assert(
      fc.property(sizes, chunks, (size, chunk) => {
        const store = new HonestStore(size);
        const end = run(size, chunk, (step) => {
          store.take(step, 1);
          return store.tell();
        });
        assert.equal(end.step.do, 'done');
        assert.equal(end.steps, 1 + Math.max(1, Math.ceil(size / chunk)));
      }),
    );
  });

  it('succeed when no more than a few answers in a row are lost', () => {
    const fewLost = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(sizes, chunks, fewLost, (size, chunk, losses) => {
        const store = new HonestStore(size);
        let [losing, turn] = [losses[0] ?? 0, 0];
        const end = run(size, chunk, (step) => {
          store.take(step, 1);
          if (losing > 0) {
            losing -= 1;
            return { kind: 'trouble' };
          }
          turn += 1;
          losing = losses[turn % losses.length] ?? 0;
          return store.tell();
        });
        assert.equal(end.step.do, 'done');
        assert.equal(end.sessions, 1);
      }),
    );
  });
});
