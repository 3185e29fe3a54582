import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tempFolder } from '../../support/temp.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
/** Text that goes into containers, where a carriage return is part of the line. */
const TEXTS = /\.(sh|py|jl|Dockerfile|json)$/;

describe('a clone of Git for Windows', () => {
  it('has the line ends of Linux in what goes into containers, so that what is built of it runs there', async () => {
    const origin = await tempFolder();
    const git = (folder: string, ...args: string[]) => execFileSync('git', ['-C', folder, ...args]);
    git(origin, 'init', '--quiet');
    await copyFile(join(ROOT, '.gitattributes'), join(origin, '.gitattributes'));
    const files: string[] = [];
    for (const folder of ['src', 'scripts'])
      for (const entry of await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !TEXTS.test(entry.name)) continue;
        const name = `${files.length}-${entry.name}`;
        await copyFile(join(entry.parentPath, entry.name), join(origin, name));
        files.push(name);
      }
    assert.ok(files.filter((name) => name.endsWith('.sh')).length > 5);
    git(origin, 'add', '.');
    git(origin, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '--quiet', '--message=t');
    const clone = join(await tempFolder(), 'clone');
    await mkdir(clone);
    git(
      clone,
      'clone',
      '--quiet',
      '--config',
      'core.autocrlf=true',
      '--config',
      'core.eol=crlf',
      origin,
      '.',
    );
    for (const name of files)
      assert.ok(!(await readFile(join(clone, name), 'utf8')).includes('\r'), `${name} has a carriage return`);
  });
});
