import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../src/base/errors.ts';
import { LiveLog } from '../../../src/core/notebook/live-log.ts';
import type { NotebookLogLine } from '../../../src/kaggle/client.ts';
import { keptContext } from '../../support/stage-context.ts';

const line = (text: string, seconds = 1): NotebookLogLine => ({ stream: 'stdout', seconds, text });

describe('the live log of a stage', () => {
  const NOTEBOOK = { owner: 'ann', slug: 'nb' };

  /** Follows what `lines` gives, waits until it has ended, and finishes with the whole. */
  const follow = async (
    lines: () => AsyncGenerator<NotebookLogLine>,
    whole: readonly NotebookLogLine[],
  ): Promise<string[]> => {
    const { context, log } = keptContext({});
    let ended: () => void = () => undefined;
    const end = new Promise<void>((resolve) => (ended = resolve));
    const live = new LiveLog(
      {
        followLog: async function* () {
          try {
            yield* lines();
          } finally {
            ended();
          }
        },
      },
      NOTEBOOK,
      context,
    );
    live.start();
    live.start();
    await end;
    await live.finish(whole);
    return log;
  };

  it('tells each line once, live and then the rest', async () => {
    const whole = [line('one\n'), line('two\nthree\n'), line('four')];
    const log = await follow(async function* () {
      await Promise.resolve();
      yield* whole.slice(0, 2);
    }, whole);
    assert.deepEqual(log, ['one', 'two', 'three', 'four']);
  });

  it('that breaks off says so, and gives the rest afterwards', async () => {
    const whole = [line('one\n'), line('two\n')];
    const log = await follow(async function* () {
      await Promise.resolve();
      yield line('one\n');
      throw new UserError({ code: 'kaggle-unreachable', title: 'Gone.', actions: [{ title: 'Wait.' }] });
    }, whole);
    assert.deepEqual(log, ['one', 'The live log broke off; the rest comes after the run. (Gone.)', 'two']);
  });

  it('of another version is followed by the whole of the right one', async () => {
    const log = await follow(
      async function* () {
        await Promise.resolve();
        yield line('foreign\n');
      },
      [line('ours\n')],
    );
    assert.deepEqual(log, ['foreign', 'The whole log, as Kaggle keeps it:', 'ours']);
  });

  it('that was never begun gives the whole', async () => {
    const { context, log } = keptContext({});
    const live = new LiveLog({ followLog: () => assert.fail('not begun') }, NOTEBOOK, context);
    await live.finish([line('all\n')]);
    assert.deepEqual(log, ['all']);
  });

  it('does not hide a bug', async () => {
    const broken = async function* (): AsyncGenerator<NotebookLogLine> {
      await Promise.resolve();
      yield line('x');
      throw new TypeError('a bug');
    };
    await assert.rejects(follow(broken, []), /a bug/);
  });

  it('(property) shown and rest together are the whole, however the log was cut', async () => {
    const cuts = fc.array(fc.nat({ max: 30 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.string({ maxLength: 30 }),
        cuts,
        cuts,
        fc.nat({ max: 30 }),
        async (text, one, other, end) => {
          const cutAt = (places: readonly number[], whole: string) => {
            const borders = [0, ...places.filter((place) => place < whole.length), whole.length];
            const sorted = [...borders].sort((a, b) => a - b);
            return sorted.slice(1).map((to, index) => line(whole.slice(sorted[index], to)));
          };
          const shown = cutAt(one, text.slice(0, end));
          const log = await follow(
            async function* () {
              await Promise.resolve();
              yield* shown;
            },
            cutAt(other, text),
          );
          // Cuts within a line end it.
          assert.equal(log.join(''), text.replaceAll('\n', ''));
        },
      ),
    );
  });
});
