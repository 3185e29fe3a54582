import assert from 'node:assert/strict';
import { join } from 'node:path';
import { systemClock } from '../../../src/base/abort.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { RECORD_FOLDER, recordOf, RunRecord } from '../../../src/core/pipeline/record.ts';
import { juliaResolver } from '../../../src/core/pipeline/resolve-julia.ts';
import type { Ports } from '../../../src/core/stage.ts';
import { aProject } from '../../support/artefacts.ts';
import { tempFolder } from '../../support/temp.ts';

const refuse = (): Promise<never> => Promise.reject(new Error('not needed'));

/** Ports whose Julia site has just got a new patch release; `asked` collects what it is asked. */
function ports(asked: string[]): Ports {
  const resolve: Ports['julia']['resolve'] = (channel, { renew }) => {
    asked.push(`${channel}${renew === true ? ' anew' : ''}`);
    return Promise.resolve('1.10.6');
  };
  return {
    engine: refuse,
    kaggle: refuse,
    julia: { fetchTarball: refuse, resolve },
    clock: systemClock,
    logger: silentLogger,
    environment: {},
  };
}

describe('juliaResolver', () => {
  const signal = new AbortController().signal;

  it('asks for a project that has not run yet', async () => {
    const asked: string[] = [];
    const resolve = juliaResolver(recordOf(await tempFolder()), ports(asked), { renew: false });
    assert.equal(await resolve('1.10', signal), '1.10.6');
    assert.deepEqual(asked, ['1.10']);
  });

  it('stays with the version of the last run, until it is told to renew or the channel changes', async () => {
    const folder = await tempFolder();
    const record = await RunRecord.open(join(folder, RECORD_FOLDER));
    await record.saveArtefact('project', aProject({ juliaVersion: '1.10.5', juliaChannel: '1.10' }));
    const asked: string[] = [];
    const resolve = juliaResolver(recordOf(folder), ports(asked), { renew: false });
    assert.equal(await resolve('1.10', signal), '1.10.5');
    assert.deepEqual(asked, []);
    assert.equal(await resolve('lts', signal), '1.10.6');
    assert.equal(
      await juliaResolver(recordOf(folder), ports(asked), { renew: true })('1.10', signal),
      '1.10.6',
    );
    assert.deepEqual(asked, ['lts', '1.10 anew']);
  });
});
