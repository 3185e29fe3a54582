import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { reportCommand } from '../../../src/cli/report-command.ts';
import { terminalOn } from '../../../src/cli/terminal.ts';
import { RunRecord } from '../../../src/core/pipeline/record.ts';
import { aBundle } from '../../support/artefacts.ts';
import { coreIn } from '../../support/core-in.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

const DEPOT = {
  key: 'k',
  neededBytes: 10,
  largest: [{ name: 'Plots', bytes: 10 }],
  leftOutBytes: 5,
  leftOut: [{ reason: 'logs', bytes: 5, count: 1 }],
};

async function call(folder: string, options: { json?: boolean }): Promise<string> {
  let text = '';
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString();
      done();
    },
  });
  const terminal = terminalOn({
    stdout: sink,
    stderr: sink,
    interactive: false,
    columns: 80,
    ask: undefined,
  });
  const code = await reportCommand(folder, options, {
    core: coreIn(keptContext({}).context.ports),
    terminal,
  });
  assert.equal(code, 0);
  return text;
}

describe('julia-kaggle report', () => {
  it('shows what the last pack wrote, or its sums', async () => {
    const folder = await tempFolder();
    const record = join(folder, '.julia-kaggle');
    await mkdir(join(record, 'reports'), { recursive: true });
    await writeFile(join(record, 'reports', 'depot.md'), '# The depot\n\nPacked: 1 entry\n');
    await (await RunRecord.open(record)).saveArtefact('pack', aBundle({ depot: DEPOT }));
    assert.equal(await call(folder, {}), '# The depot\n\nPacked: 1 entry\n');
    assert.deepEqual(JSON.parse(await call(folder, { json: true })), { kind: 'report', depot: DEPOT });
  });

  it('says what to do before anything was packed', async () => {
    await assert.rejects(call(await tempFolder(), {}), {
      code: 'not-a-project',
      title: /Nothing has been packed/,
    });
  });
});
