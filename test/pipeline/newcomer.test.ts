import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { JULIA_VERSION } from '../../scripts/lib/test-julia.mjs';
import { startWorld, type World } from '../support/world.ts';

/** A getting-started competition as Kaggle has it: it takes files, and its sample has a name of its own. */
const TITANIC: Readonly<Record<string, string>> = {
  'competition.json': JSON.stringify({
    slug: 'titanic',
    title: 'Titanic',
    metric: 'rmse',
    idColumn: 'PassengerId',
    targetColumn: 'Survived',
    isKernelsSubmissionsOnly: false,
  }),
  'public/train.csv':
    'PassengerId,Survived,Name\n1,0,"Braund, Mr. Owen"\n2,1,"Heikkinen, Miss"\n3,0,"Allen, Mr."\n',
  'public/test.csv': 'PassengerId,Name\n892,"Kelly, Mr. James"\n893,"Wilkes, Mrs."\n',
  'public/gender_submission.csv': 'PassengerId,Survived\n892,0\n893,1\n',
  'hidden/solution.csv': 'PassengerId,Survived,Usage\n892,0,Public\n893,1,Private\n',
};

describe('the first thing that a newcomer tries', function () {
  this.timeout(600_000);
  let world: World;

  before(async () => {
    world = await startWorld();
    await world.changeKaggle(async () => {
      const folder = join(world.examples, 'competition');
      await rm(folder, { recursive: true });
      for (const [name, text] of Object.entries(TITANIC)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), text);
      }
    });
  });

  after(async () => {
    await world.close();
  });

  it('goes from an empty folder to a score of titanic, without any edit', async () => {
    const folder = join(world.examples, 'T');
    const made = await world.julia(['init', folder, '--competition', 'titanic', '--julia', JULIA_VERSION]);
    assert.equal(made.code, 0, made.stderr);
    assert.match(await readFile(join(folder, 'src', 'T.jl'), 'utf8'), /SAMPLE = "gender_submission\.csv"/);
    const run = await world.julia(['run', folder, '--yes', '--json', '--image', world.image]);
    assert.equal(run.code, 0, `${run.stdout.slice(-3000)}${run.stderr}`);
    const history = await world.julia(['history', folder, '--json']);
    const { submissions } = JSON.parse(history.stdout) as { submissions: Record<string, unknown>[] };
    assert.deepEqual(
      submissions.map(({ state, publicScore }) => [state, publicScore]),
      [['complete', '0.00000']],
    );
    // The most frequent answer of the training data, for both.
    assert.equal(
      await readFile(join(folder, '.julia-kaggle', 'test', 'submission.csv'), 'utf8'),
      'PassengerId,Survived\n892,0\n893,0\n',
    );
  });

  it('says of a mistyped name which it may be, and writes nothing', async () => {
    const folder = join(world.examples, 'Other');
    const made = await world.julia(['init', folder, '--competition', 'titanik', '--julia', JULIA_VERSION]);
    assert.equal(made.code, 1);
    assert.match(made.stderr, /Kaggle lists no competition titanik\. Did you mean titanic\?/);
    await assert.rejects(readFile(join(folder, 'Project.toml')));
  });
});
