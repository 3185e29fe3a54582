import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownStatements, tellOwnMethods } from '../../../../src/core/contract/precompile/own-methods.ts';
import { findPrecompileEdit } from '../../../../src/core/scaffold/precompile-edit.ts';
import { GuardedFolder } from '../../../../src/base/guarded-folder.ts';
import { aProject } from '../../../support/artefacts.ts';
import { tempFolder } from '../../../support/temp.ts';

const MAIN = 'precompile(Tuple{typeof(Inference.main), Array{String, 1}})';
const FIT = 'precompile(Tuple{typeof(Inference.fit), CSV.File})';
const LOAD = 'precompile(Tuple{typeof(TideFeatures.load), String})';
const BASE = 'precompile(Tuple{typeof(Base.map), typeof(Inference.main)})';

const SOURCE = `module Inference

using CSV, Statistics # tables
using TideFeatures: load

function main(args)
end

end # module Inference
`;

/** A run that compiled these, and what it warned of. */
async function told(root: string, statements: readonly string[]) {
  const warnings: [string, string | undefined][] = [];
  const log: string[] = [];
  const facts = statements.map((statement) => ({ kind: 'compiled-method', statement }) as const);
  await tellOwnMethods(aProject(), ownStatements(facts, aProject()), {
    folder: join(root, '.julia-kaggle'),
    files: new GuardedFolder(root),
    log: (_, line) => void log.push(line),
    warn: (message, offer) => void warnings.push([message, offer]),
  });
  return { warnings, log };
}

describe("the project's own methods that Julia compiles in each run", () => {
  it('are counted and named, and their statements are kept and logged', async () => {
    const root = await tempFolder({ 'src/Inference.jl': SOURCE });
    await mkdir(join(root, '.julia-kaggle'));
    const { warnings, log } = await told(root, [MAIN, MAIN, 'rubbish', FIT, BASE, LOAD]);
    assert.deepEqual(warnings, [
      [
        "Julia compiles 3 of the project's own methods in each run, on Kaggle too: Inference.main, Inference.fit, TideFeatures.load. To compile them beforehand, put the statements of .julia-kaggle/reports/precompile.jl before the last end of src/Inference.jl.",
        'precompile-statements',
      ],
    ]);
    assert.deepEqual(log, [MAIN, FIT, LOAD]);
    const kept = await readFile(join(root, '.julia-kaggle/reports/precompile.jl'), 'utf8');
    assert.equal(kept, `${MAIN}\n${FIT}\n${LOAD}\n`);
    const many = ['a', 'b', 'c', 'd'].map((name) => `precompile(Tuple{typeof(Inference.${name})})`);
    const [message] = (await told(root, many)).warnings[0] ?? [];
    assert.match(message ?? '', /Inference\.a, Inference\.b, Inference\.c, …\. To/);
  });

  it('are added to the module, but for those that name what it has not', async () => {
    const root = await tempFolder({ 'src/Inference.jl': SOURCE });
    await mkdir(join(root, '.julia-kaggle'));
    assert.equal(await findPrecompileEdit({ root, name: 'Inference' }), undefined);
    await told(root, [MAIN, FIT, LOAD]);
    const edit = await findPrecompileEdit({ root, name: 'Inference' });
    const added = `# Compiled with the package, and not again in each run.\n${MAIN}\n${FIT}\n\n`;
    assert.equal(edit?.after, SOURCE.replace('end # module', `${added}end # module`));
    assert.equal(await readFile(join(root, 'src/Inference.jl'), 'utf8'), SOURCE);
    await edit.write();
    assert.equal(await readFile(join(root, 'src/Inference.jl'), 'utf8'), edit.after);
    // All that can be is there now.
    assert.equal(await findPrecompileEdit({ root, name: 'Inference' }), undefined);
  });

  it('are forgotten once a run compiles none', async () => {
    const root = await tempFolder({ 'src/Inference.jl': SOURCE });
    await mkdir(join(root, '.julia-kaggle'));
    await told(root, [MAIN]);
    assert.deepEqual(await told(root, [BASE]), { warnings: [], log: [] });
    assert.equal(await findPrecompileEdit({ root, name: 'Inference' }), undefined);
  });
});
