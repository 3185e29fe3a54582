import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artefacts } from '../../../src/core/artefacts.ts';
import { Core, type OpenProject } from '../../../src/core/core.ts';
import { prepareFolder, RunRecord } from '../../../src/core/pipeline/record.ts';
import { aDepot, aProject } from '../../support/artefacts.ts';
import { coreIn } from '../../support/core-in.ts';
import { keptContext, signedOut } from '../../support/stage-context.ts';
import { withFiles } from '../project/temp-project.ts';

const OTHER_IMAGE = '[image]\nname = "other:1"\n';
const NEVER = new AbortController().signal;
const ports = { ...keptContext({}).context.ports, kaggle: signedOut };

/** The sample project as a core has it open. */
function opened(work: (project: OpenProject, root: string, core: Core) => Promise<void>): Promise<void> {
  return withFiles({}, (folder) => {
    const root = join(folder, 'work', 'Inference');
    const core = coreIn(ports);
    return work(core.project(root), root, core);
  });
}

async function stateOf(project: OpenProject, name: keyof Artefacts): Promise<unknown> {
  return (await project.status(NEVER)).stages.find(({ stage }) => stage === name)?.state;
}

describe('a project that is open', () => {
  it('is one for each folder, however that is written', () => {
    const core = coreIn(ports);
    assert.equal(core.project('/work/a'), core.project('/work/b/../a/'));
    assert.notEqual(core.project('/work/a'), core.project('/work/b'));
  });

  it('has in its record what another program has left there since', () =>
    opened(async (project, root) => {
      const before = await project.record();
      assert.equal(before.artefacts.project, undefined);
      const other = await RunRecord.open(await prepareFolder(root));
      await other.saveArtefact('project', aProject({ name: 'Other' }));
      const now = await project.record();
      assert.deepEqual([now.artefacts.project?.name, now === before], ['Other', true]);
      await rm(join(root, '.julia-kaggle'), { recursive: true });
      assert.equal((await project.record()).artefacts.project, undefined);
    }));

  it('has the end of the log that a run left of a stage, in whole lines', () =>
    opened(async (project, root) => {
      assert.deepEqual(await project.log('build'), []);
      const folder = join(root, '.julia-kaggle', 'logs');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'build.log'), 'one\ntwo\n');
      assert.deepEqual(await project.log('build'), ['one', 'two']);
      const lines = Array.from({ length: 100_000 }, (_, index) => `line ${index}`);
      await writeFile(join(folder, 'build.log'), lines.join('\n'));
      const end = await project.log('build');
      assert.deepEqual(end, lines.slice(-end.length));
      assert.ok(end.length > 10_000 && end.length < 100_000, String(end.length));
    }));

  it('is not read again for who looks while a run goes on, and is read as it is after that', () =>
    opened(async (project, root, core) => {
      let during: Promise<unknown> | undefined;
      core.listen((event) => {
        if (event.kind !== 'stage-started' || event.stage !== 'build') return;
        appendFileSync(join(root, 'JuliaKaggle.toml'), OTHER_IMAGE);
        during = stateOf(project, 'project');
      });
      // There is no engine to build with.
      await assert.rejects(project.run({ until: 'build', signal: NEVER }), /not needed/);
      assert.deepEqual([await during, await stateOf(project, 'project')], ['unchanged', 'changed']);
    }));

  it('runs and plans with the image that is set, and with the one that is asked for before that', async () => {
    await withFiles({}, async (folder) => {
      const root = join(folder, 'work', 'Inference');
      const project = new Core(() => ({ ports, settings: { image: 'set:1' } })).project(root);
      const imageOf = async (image?: string): Promise<string | undefined> =>
        (await project.run({ until: 'project', image, signal: NEVER })).artefacts.project?.image;
      assert.deepEqual([await imageOf(), await imageOf('asked:1')], ['set:1', 'asked:1']);
    });
  });

  it('says what is stale by the files as they are, where a dependency lies outside of it', () =>
    opened(async (project, root) => {
      const record = await RunRecord.open(await prepareFolder(root));
      await record.saveArtefact('project', await project.read(NEVER));
      assert.equal(await stateOf(project, 'project'), 'unchanged');
      await appendFile(join(root, 'JuliaKaggle.toml'), OTHER_IMAGE);
      assert.equal(await stateOf(project, 'project'), 'changed');
    }));
});

describe('a record that stays open', () => {
  const begun = async (root: string): Promise<RunRecord> => RunRecord.open(await prepareFolder(root));

  it('is not read again where nothing was written', () =>
    opened(async (_, root) => {
      const record = await begun(root);
      await record.saveArtefact('build', aDepot());
      const { artefacts } = record;
      await record.renew();
      assert.equal(record.artefacts, artefacts);
    }));

  it('is what counts while a run holds it, whatever becomes of the file', () =>
    opened(async (_, root) => {
      const record = await begun(root);
      await record.hold(async () => {
        await record.saveArtefact('build', aDepot());
        await rm(join(root, '.julia-kaggle'), { recursive: true });
        await record.renew();
        assert.ok(record.artefacts.build !== undefined);
      });
      await record.renew();
      assert.equal(record.artefacts.build, undefined);
    }));

  it('forgets what could not be written', () =>
    opened(async (_, root) => {
      const record = await begun(root);
      await record.savePending('submit', { after: 1 });
      const folder = join(root, '.julia-kaggle');
      await rename(folder, `${folder}-aside`);
      await writeFile(folder, 'in the way');
      await assert.rejects(record.savePending('submit', { after: 2 }));
      await rm(folder);
      await rename(`${folder}-aside`, folder);
      await record.renew();
      assert.deepEqual(record.pending('submit'), { after: 1 });
    }));
});
