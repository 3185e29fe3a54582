import assert from 'node:assert/strict';
import { isUserError } from '../../../src/base/errors.ts';
import { chooseCodec } from '../../../src/core/contract/image/codec.ts';
import type { WantedCodec } from '../../../src/core/packing.ts';
import { playedEngine } from '../../support/played-engine.ts';

const CAN = { packs: true, unpacks: ['libzstd'], failures: ['the command zstd: no zstd'] };
const CANNOT_PACK = { packs: false, unpacks: [], failures: ['libzstd.so.1: no such file'] };
const CANNOT_UNPACK = { packs: true, unpacks: [], failures: ['the command zstd: no zstd'] };

const TABLE = [
  { wanted: 'auto', probe: CAN, codec: 'zstd', reason: /the image reads it with libzstd/ },
  { wanted: 'zstd', probe: CAN, codec: 'zstd', reason: /libzstd/ },
  { wanted: 'auto', probe: CANNOT_PACK, codec: 'gzip', reason: /libzstd\.so\.1: no such file/ },
  { wanted: 'auto', probe: CANNOT_UNPACK, codec: 'gzip', reason: /no zstd/ },
  { wanted: 'auto', probe: undefined, codec: 'gzip', reason: /Python did not run there/ },
  { wanted: 'gzip', probe: undefined, codec: 'gzip', reason: /JuliaKaggle\.toml/ },
] as const;

/** Chooses for an image that finds this of itself; `undefined`: Python does not run there. */
function choose(wanted: WantedCodec, probe: object | undefined) {
  const lines = [`[julia-kaggle] ${JSON.stringify({ kind: 'codec', ...probe })}`];
  const engine = playedEngine(() => (probe === undefined ? { exitCode: 127 } : { lines }));
  return chooseCodec(engine, { image: 'kaggle', wanted });
}

describe('the choice of a codec', () => {
  for (const { wanted, probe, codec, reason } of TABLE)
    it(`is ${codec} for "${wanted}" where the image ${probe === undefined ? 'says nothing' : JSON.stringify(probe)}`, async () => {
      const choice = await choose(wanted, probe);
      assert.equal(choice.codec, codec);
      assert.match(choice.reason, reason);
    });

  for (const [probe, verb] of [
    [CANNOT_PACK, 'make'],
    [CANNOT_UNPACK, 'unpack'],
  ] as const)
    it(`refuses zstd that the image cannot ${verb}, with the reason and a remedy`, async () => {
      await assert.rejects(
        choose('zstd', probe),
        (error) =>
          isUserError(error, 'codec-unusable') &&
          error.message.includes(`The image kaggle cannot ${verb} zstd tarballs.`) &&
          error.detail === probe.failures[0],
      );
    });

  it('asks the image by a container without a network, and not at all for gzip', async () => {
    const engine = playedEngine(() => ({
      lines: ['a banner of the image', `[julia-kaggle] ${JSON.stringify({ kind: 'codec', ...CAN })}`],
    }));
    const ask = (wanted: 'auto' | 'gzip') => chooseCodec(engine, { image: 'kaggle', wanted });
    assert.equal((await ask('gzip')).codec, 'gzip');
    assert.equal(engine.created.length, 0);
    assert.equal((await ask('auto')).codec, 'zstd');
    assert.deepEqual(
      engine.created.map(({ network }) => network),
      ['none'],
    );
  });

  it('takes an image without Python, or with another answer, for one that cannot', async () => {
    for (const played of [
      { exitCode: 127 },
      { lines: ['hello'] },
      { lines: ['[julia-kaggle] {"kind": "codec", "packs": 1}', JSON.stringify(CAN)] },
    ]) {
      const engine = playedEngine(() => played);
      const choice = await chooseCodec(engine, { image: 'kaggle', wanted: 'auto' });
      assert.equal(choice.codec, 'gzip');
    }
  });
});
