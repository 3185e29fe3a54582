import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tempFolder } from '../../support/temp.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A terminal with a program in it, which is closed once the program has said something; prints the signal of its end. */
const TERMINAL = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
said = b''
while b'sandbox' not in said:
    said += os.read(terminal, 1000)
os.close(terminal)
print(os.WTERMSIG(os.waitpid(pid, 0)[1]))
`;

describe('julia-kaggle whose terminal is closed', () => {
  it('ends as if it were interrupted, so that it cleans up', async () => {
    const command = ['node', '--import=tsx', 'src/cli/main.ts', 'sandbox', 'examples/competition', '--json'];
    const folder = await tempFolder();
    const args = ['-c', TERMINAL, ...command, '--folder', folder];
    const { stdout } = await promisify(execFile)('python3', args, { cwd: ROOT });
    // Not by the hangup (1) itself, at which it would leave its containers: it ends itself when all is cleaned up.
    assert.equal(stdout.trim(), '9');
    assert.ok(!(await readdir(folder)).includes('lock'));
  });
});
