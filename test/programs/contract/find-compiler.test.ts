import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { factReader } from '../../../src/core/contract/script-facts.ts';
import { tempFolder } from '../../support/temp.ts';

const SCRIPT = join(import.meta.dirname, '../../../src/core/contract/image/scripts/find-compiler.sh');
/** The programs that the script uses besides a compiler. */
const TOOLS = 'mktemp rm';

/** What the script tells in an image with these programs beside the usual ones: names, and what they do. */
async function told(programs: Readonly<Record<string, string>>, compiler = ''): Promise<unknown> {
  const folder = await tempFolder();
  for (const [name, text] of Object.entries(programs))
    await writeFile(join(folder, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  const tools = `for each in ${TOOLS}; do ln -s "$(command -v $each)" ${folder}/; done`;
  const program = `${tools}; PATH=${folder} JULIA_CC="$1"; export PATH; source ${SCRIPT}; echo "found $found, JULIA_CC [$JULIA_CC]"`;
  const outcome = await promisify(execFile)('bash', ['-c', program, 'bash', compiler]).catch(
    (error: unknown) => error as { stdout: string },
  );
  const lines = outcome.stdout.trim().split('\n');
  return lines.map(factReader('problem')).find((fact) => fact !== undefined)?.what ?? lines.at(-1);
}

describe('the C compiler of an image', () => {
  const LINKS = 'exit 0';
  // As gcc says it where the headers of the C library, or what programs begin with, are missing.
  const LACKS = 'echo "/usr/bin/ld: cannot find crti.o: No such file or directory" >&2; exit 1';

  it('is the first of gcc, clang and cc that is there', async () => {
    assert.equal(await told({ gcc: LINKS, clang: LINKS, cc: LACKS }), 'found gcc, JULIA_CC []');
    assert.equal(await told({ clang: LINKS, cc: LACKS }), 'found clang, JULIA_CC []');
    assert.equal(await told({ cc: LINKS }), 'found cc, JULIA_CC [cc]');
  });

  it('is what JULIA_CC names, with its options, and nothing else', async () => {
    assert.equal(await told({ gcc: LACKS, tcc: LINKS }, 'tcc -O2'), 'found tcc -O2, JULIA_CC [tcc -O2]');
    assert.equal(await told({ gcc: LINKS }, 'tcc'), 'no-compiler');
  });

  it('is told to be missing, or to be there and unable to make a program', async () => {
    assert.equal(await told({}), 'no-compiler');
    assert.equal(await told({ gcc: LACKS }), 'compiler-broken');
  });
});
