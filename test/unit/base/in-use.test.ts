import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { isUserError } from '../../../src/base/errors.ts';
import { fileError, writeOwn, writePrivately } from '../../../src/base/files.ts';
import { GuardedFolder } from '../../../src/base/guarded-folder.ts';
import { untilFree } from '../../../src/base/in-use.ts';
import { writePrivateFile } from '../../../src/sandbox/private-files.ts';
import { tempFolder } from '../../support/temp.ts';

const refused = (code: string): Error => Object.assign(new Error(code), { code });

/** Work that is refused so many times. */
function refusedFor(times: number, code: string) {
  let tries = 0;
  const work = (): Promise<number> => {
    tries += 1;
    return tries > times ? Promise.resolve(tries) : Promise.reject(refused(code));
  };
  return { work, tries: () => tries };
}

describe('a file that another program has open', () => {
  for (const code of ['EPERM', 'EACCES', 'EBUSY'])
    it(`is waited for on Windows (${code})`, async () => {
      assert.equal(await untilFree(refusedFor(5, code).work, 'win32'), 6);
    });

  it('is waited for only so long', async () => {
    const { work, tries } = refusedFor(Infinity, 'EBUSY');
    await assert.rejects(untilFree(work, 'win32', 60), { code: 'EBUSY' });
    assert.ok(tries() > 2, `${tries()} tries`);
  });

  it('is a matter of permissions elsewhere, and nothing else is tried again', async () => {
    const elsewhere = refusedFor(1, 'EPERM');
    await assert.rejects(untilFree(elsewhere.work, 'linux'), { code: 'EPERM' });
    const full = refusedFor(1, 'ENOSPC');
    await assert.rejects(untilFree(full.work, 'win32'), { code: 'ENOSPC' });
    assert.deepEqual([elsewhere.tries(), full.tries()], [1, 1]);
  });

  it('is told to be closed there', () => {
    const told = (code: string, platform: NodeJS.Platform): string => {
      const error = fileError(refused(code), '/submission.csv', platform);
      assert.ok(isUserError(error, 'file-unreadable'));
      return `${error.title} ${error.actions[0].title}`;
    };
    assert.match(told('EBUSY', 'win32'), /^\/submission\.csv is open in another program .*Close it there/);
    assert.match(told('EPERM', 'win32'), /\(EPERM\).*Close it where another program has it open/);
    assert.match(told('EPERM', 'linux'), /Change its permissions, or run as/);
  });

  const saves: Readonly<Record<string, (folder: string, content: string) => Promise<void>>> = {
    'in a folder of the program': (folder, content) => writeOwn(join(folder, 'record.json'), content),
    privately: (folder, content) => writePrivately(join(folder, 'record.json'), content),
    'by the local Kaggle': (folder, content) => writePrivateFile(join(folder, 'record.json'), content),
    'in a project': (folder, content) => new GuardedFolder(folder).write('record.json', content),
  };
  for (const [where, save] of Object.entries(saves))
    it(`is saved 300 times ${where} while it is read every 5 ms, and neither is refused`, async () => {
      const folder = await tempFolder({ 'record.json': 'save -1' });
      const guarded = new GuardedFolder(folder);
      const saving = { ended: false };
      const reading = (async () => {
        while (!saving.ended) {
          assert.match((await guarded.readText('record.json')) ?? '', /^save -?\d+$/);
          await sleep(5);
        }
      })();
      try {
        for (let time = 0; time < 300; time += 1) await save(folder, `save ${time}`);
      } finally {
        saving.ended = true;
        await reading;
      }
      assert.equal(await readFile(join(folder, 'record.json'), 'utf8'), 'save 299');
    }).timeout(240_000);
});
