import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { withDriveLetter } from '../../../src/base/files.ts';
import { isExecutable } from '../../../src/core/project/stage-files.ts';
import { isSkipped } from '../../../src/core/project/walk.ts';
import { isForbiddenOnWindows, sameForThisMachine } from '../../../src/core/test/competition-data.ts';
import { mayUse } from '../../../src/docker/find-engine.ts';
import { refusalInWords } from '../../../src/docker/translate-error.ts';
import { tempFolder } from '../../support/temp.ts';
import { read } from './temp-project.ts';

describe('what is otherwise on another system', () => {
  it('a drive of Windows has one spelling: editors write c:, terminals C:', () => {
    assert.equal(withDriveLetter('c:\\work\\Tides'), 'C:\\work\\Tides');
    assert.equal(withDriveLetter('C:\\work\\Tides'), 'C:\\work\\Tides');
    assert.equal(withDriveLetter('/c:/work'), '/c:/work');
    assert.equal(withDriveLetter('\\\\box\\share'), '\\\\box\\share');
  });

  it('a program is told by its first bytes where no file has an execute bit', async () => {
    const folder = await tempFolder({
      script: '#!/bin/sh\n',
      program: '\x7fELF\x02',
      text: 'ELF',
      empty: '',
    });
    const found: string[] = [];
    for (const name of ['script', 'program', 'text', 'empty']) {
      const handle = await open(join(folder, name));
      if (await isExecutable(handle, 0o100666n, 'win32')) found.push(name);
      assert.equal(await isExecutable(handle, 0o100644n, 'linux'), false);
      assert.equal(await isExecutable(handle, 0o100755n, 'darwin'), true);
      await handle.close();
    }
    assert.deepEqual(found, ['script', 'program']);
  });

  it('what Windows keeps to show a folder is not staged, in either case', () => {
    const skipped = ['desktop.ini', 'Desktop.ini', 'Thumbs.db', 'thumbs.ini', 'my-desktop.ini'].filter(
      isSkipped,
    );
    assert.deepEqual(skipped, ['desktop.ini', 'Desktop.ini', 'Thumbs.db']);
  });

  it('a file of a competition is refused where Windows would write it elsewhere', () => {
    const names = ['train.csv', 'a:b.csv', 'images/1.png', 'end. /x', 'what?.csv', 'dot.', 'x'.repeat(256)];
    assert.deepEqual(
      names.filter((name) => isForbiddenOnWindows(name, 'win32')),
      ['a:b.csv', 'end. /x', 'what?.csv', 'dot.', 'x'.repeat(256)],
    );
    assert.deepEqual(
      names.filter((name) => isForbiddenOnWindows(name, 'linux')),
      [],
    );
  });

  it('two files of a competition that Windows and macOS keep as one are refused there', () => {
    const names = ['train.csv', 'images/a.png', 'Images/A.png', 'Train.csv'];
    const found = (['win32', 'darwin', 'linux'] as const).map((each) => sameForThisMachine(names, each));
    assert.deepEqual(found, ['Images/A.png', 'Images/A.png', undefined]);
  });

  // Only there is a folder found by another spelling.
  if (process.platform === 'win32')
    it('data that are named with other capitals stay here all the same', async () => {
      const files = await read({
        'work/Inference/JuliaKaggle.toml': 'competition = "titanic"\n[data]\nfolder = "data"\n',
        'work/Inference/Data/train.csv': 'id\n1\n',
      }).then((project) => project.files.map(({ place }) => place));
      assert.ok(files.length > 0 && !files.some((place) => place.includes('train')), files.join());
    });

  it('whoever may not use an engine is told what helps on that system', () => {
    assert.match(mayUse('linux').title, /usermod/);
    for (const platform of ['win32', 'darwin'] as const) assert.doesNotMatch(mayUse(platform).title, /sudo/);
    assert.match(mayUse('win32').title, /docker-users/);
  });

  it('a page in place of an engine’s answer is told in one line', () => {
    const page = `<html>\n  <body>\n${'<p>It works!</p>\n'.repeat(500)}</body></html>`;
    const words = refusalInWords(new Error(page));
    assert.ok(
      words.startsWith('<html> <body> <p>It works!') && words.length < 250 && !words.includes('\n'),
      words,
    );
  });
});
