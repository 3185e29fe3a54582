import assert from 'node:assert/strict';
import { list, record, startBench, upload, USER } from './support.ts';

const service = (method: string): string => `models.ModelApiService/${method}`;
const MODEL = { ownerSlug: USER, slug: 'tides', title: 'Tides', isPrivate: true };
const OF = { ownerSlug: USER, modelSlug: 'tides' };
const VARIATION = { ...OF, framework: 'MODEL_FRAMEWORK_OTHER', instanceSlug: 'small' };

describe('a model that is made in the local Kaggle', () => {
  it('is refused under a name that it has, is not one, or is of somebody else', async () => {
    const bench = await startBench();
    const made = await bench.call(service('CreateModel'), MODEL);
    assert.deepEqual([made['ref'], made['errorCode']], [`${USER}/tides`, 0]);
    // As Kaggle has it: inside of a 200.
    const again = await bench.call(service('CreateModel'), MODEL);
    assert.equal(again['errorCode'], 409);
    assert.match(String(again['error']), /already in use/);
    const refused = async (changes: object): Promise<number> =>
      (await bench.refused(service('CreateModel'), { ...MODEL, ...changes })).http;
    assert.equal(await refused({ slug: 'With Blanks' }), 400);
    assert.equal(await refused({ slug: 'other', title: '' }), 400);
    assert.equal(await refused({ ownerSlug: 'ada' }), 403);
  });

  it('has variations with a framework, a known license and files, each made once', async () => {
    const bench = await startBench();
    await bench.call(service('CreateModel'), MODEL);
    const files = [{ token: await upload(bench, 'w.bin', 'weights') }];
    const body = {
      instanceSlug: 'small',
      framework: 'MODEL_FRAMEWORK_OTHER',
      licenseName: 'Apache 2.0',
      files,
    };
    const refused = async (changes: object): Promise<number> =>
      (await bench.refused(service('CreateModelInstance'), { ...OF, body: { ...body, ...changes } })).http;
    assert.equal(await refused({ framework: 'MODEL_FRAMEWORK_FORTRAN' }), 400);
    assert.equal(await refused({ licenseName: 'Mine 1.0' }), 400);
    assert.equal(await refused({ instanceSlug: 'a/b' }), 400);
    assert.equal(await refused({ files: [] }), 400);
    assert.equal((await bench.refused(service('CreateModelInstance'), OF)).http, 400);
    await bench.call(service('CreateModelInstance'), { ...OF, body });
    assert.equal((await bench.call(service('CreateModelInstance'), { ...OF, body }))['errorCode'], 409);
    const { instances } = await bench.call(service('GetModel'), OF);
    assert.equal(list(instances).length, 1);
  });

  it('gives no number of a version twice, and nothing of what was deleted', async () => {
    const bench = await startBench();
    await bench.call(service('CreateModel'), MODEL);
    const content = async (text: string) => ({ files: [{ token: await upload(bench, 'w.bin', text) }] });
    const first = { instanceSlug: 'small', framework: 'OTHER', ...(await content('one')) };
    await bench.call(service('CreateModelInstance'), { ...OF, body: first });
    const next = async (text: string) =>
      bench.call(service('CreateModelInstanceVersion'), { ...VARIATION, body: await content(text) });
    await next('two');
    await bench.call(service('DeleteModelInstanceVersion'), { ...VARIATION, versionNumber: 2 });
    await next('three');
    const { versionList } = await bench.call(service('ListModelInstanceVersions'), VARIATION);
    assert.deepEqual(
      list(record(versionList)['versions']).map(({ versionNumber }) => versionNumber),
      [3, 1],
    );
    const gone = { ...VARIATION, versionNumber: 2 };
    assert.equal((await bench.refused(service('ListModelInstanceVersionFiles'), gone)).http, 404);
    await bench.call(service('DeleteModel'), OF);
    assert.equal((await bench.refused(service('GetModel'), OF)).http, 403);
    assert.equal((await bench.refused(service('CreateModelInstanceVersion'), VARIATION)).http, 403);
  });
});
