import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { factReader } from '../../../src/core/contract/script-facts.ts';
import { peakMemoryProgram } from '../../../src/core/contract/notebook/step-reports.ts';
import { tarOfFiles } from '../../../src/docker/tar-files.ts';
import { IMAGE, ownLabels, realEngine } from '../docker/real-engine.ts';

const MB = 1024 * 1024;
const SCRIPTS = resolve(import.meta.dirname, '../../../src/core/test/scripts');

/** Four workers that hold 64 MB each at the same time, after 400 MB of files went through the page cache. */
const WORKERS = `
import multiprocessing, pathlib
file = pathlib.Path("/tmp/large")
file.write_bytes(b"x" * 1024)
with file.open("ab") as out:
    for _ in range(400):
        out.write(b"x" * ${MB})
with file.open("rb") as rows:
    while rows.read(${MB}):
        pass
def work(barrier):
    held = bytearray(64 * ${MB})
    held[::4096] = b"x" * len(held[::4096])
    barrier.wait()
    barrier.wait()
barrier = multiprocessing.Barrier(5)
workers = [multiprocessing.Process(target=work, args=(barrier,)) for _ in range(4)]
for each in workers:
    each.start()
barrier.wait()
import time
time.sleep(0.5)
barrier.wait()
for each in workers:
    each.join()
`;

describe('the peak memory of a test run, with the real engine', () => {
  it('counts the programs that the program starts, and not the files that it reads', async () => {
    const files = [
      {
        path: 'julia-kaggle/measure.py',
        from: { text: await readFile(join(SCRIPTS, 'measure.py'), 'utf8') },
      },
      { path: 'julia-kaggle/peak.py', from: { text: peakMemoryProgram() } },
    ];
    const lines: string[] = [];
    const spec = {
      image: IMAGE,
      command: ['python3', '/julia-kaggle/measure.py', 'python3', '-c', WORKERS],
      network: 'none' as const,
    };
    await (
      await realEngine(ownLabels())
    ).container.use(spec, async (container) => {
      await container.putArchive('/', tarOfFiles(files));
      return container.run({ onLine: (_, line) => lines.push(line) });
    });
    const report = lines.map(factReader('measured')).find((found) => found !== undefined);
    const peak = report?.peakMemoryBytes ?? 0;
    assert.ok(peak > 4 * 64 * MB && peak < 400 * MB, `${peak / MB} MB: ${lines.join('\n')}`);
  });
});
