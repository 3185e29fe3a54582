import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isUserError } from '../../../src/base/errors.ts';
import { smallImageDockerfile } from '../../../src/sandbox/small-image.ts';
import { IMAGE, realEngine } from './real-engine.ts';

const docker = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)('docker', args)).stdout.trim();

describe('building an image with the real engine', () => {
  const name = `julia-kaggle/built:${process.pid}`;
  after(() => docker('image', 'rm', '--force', name));

  it('makes it, tells what the steps print, and has the environment of the small image', async () => {
    const engine = await realEngine();
    const lines: string[] = [];
    // The base has the packages already, so that the test needs no network.
    const dockerfile = `${smallImageDockerfile(IMAGE)}RUN echo "built in $PWD"\n`;
    const image = await engine.image.build({ name, dockerfile }, (line) => void lines.push(line));
    assert.equal(image.name, name);
    assert.ok(lines.includes('built in /kaggle/working'), lines.join('\n'));
    assert.match(await docker('run', '--rm', name, 'printenv', 'KAGGLE_KERNEL_RUN_TYPE'), /^Batch$/);
    assert.equal((await engine.image.find(name))?.id, image.id);
  });

  it('says what a step that fails said, and leaves the name alone', async () => {
    const engine = await realEngine();
    const before = await engine.image.find(name);
    const dockerfile = `FROM ${IMAGE}\nRUN echo no luck >&2 && exit 3\n`;
    const lines: string[] = [];
    await assert.rejects(
      engine.image.build({ name, dockerfile }, (line) => void lines.push(line)),
      (error) => isUserError(error, 'engine-failed') && error.message.includes('non-zero code: 3'),
    );
    assert.ok(lines.some((line) => line.includes('no luck')));
    assert.deepEqual(await engine.image.find(name), before);
  });

  it('ends when it is cancelled', async () => {
    const engine = await realEngine();
    const cancel = new AbortController();
    const dockerfile = `FROM ${IMAGE}\nRUN echo started && sleep 600\n`;
    await assert.rejects(
      engine
        .bound({ signal: cancel.signal })
        .image.build({ name, dockerfile }, (line) => (line === 'started' ? cancel.abort() : undefined)),
      { name: 'CancelledError' },
    );
  });
});
