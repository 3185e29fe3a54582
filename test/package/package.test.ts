import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import packageJson from '../../package.json' with { type: 'json' };
import { tempFolder } from '../support/temp.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const VSIX = join(ROOT, 'dist', 'julia-on-kaggle.vsix');
const TARBALL = join(ROOT, 'dist', 'julia-on-kaggle.tgz');
const execute = promisify(execFile);

/** What decides how an npm of someone else's works: neither our settings nor a network. */
const NPM = ['--offline', '--no-audit', '--no-fund', '--loglevel=error'];

async function sha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

describe('the packages', () => {
  before(() => execute('npm', ['run', '--silent', 'package'], { cwd: ROOT }));

  it('are the same, byte for byte, when they are made again at another place', async () => {
    const first = await Promise.all([VSIX, TARBALL].map(sha256));
    const env = { ...process.env, TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8' };
    await execute('sh', ['-c', 'umask 077; npm run --silent package'], { cwd: ROOT, env });
    assert.deepEqual(await Promise.all([VSIX, TARBALL].map(sha256)), first);
  });

  it('of the extension takes less than 3 MB', async () => {
    assert.ok((await stat(VSIX)).size < 3_000_000);
  });

  it('tell of every package that is inside of them, with its licence', async () => {
    const notices = await readFile(join(ROOT, 'dist', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['commander', 'dockerode', 'ssh2', 'lit-html', 'zod', '@grpc/grpc-js', 'yauzl'])
      assert.match(notices, new RegExp(`^${name} \\d.*\\nLicence: `, 'm'));
    assert.doesNotMatch(notices, /^(esbuild|typescript|mocha) \d/m);
    assert.ok((await execute('tar', ['-tzf', TARBALL])).stdout.includes('dist/THIRD-PARTY-NOTICES.txt'));
  });

  it('of the command line holds neither sources nor the extension', async () => {
    const files = (await execute('tar', ['-tzf', TARBALL])).stdout.trim().split('\n');
    assert.deepEqual(
      files.filter((file) => /src\/|test\/|extension|core\.cjs|webview|media\/|\.map$/.test(file)),
      [],
    );
  });

  describe('installed by npm, without a network and without the sources', () => {
    let folder = '';
    const program = () => join(folder, 'node_modules', '.bin', 'julia-kaggle');

    before(async () => {
      folder = await tempFolder({ 'package.json': '{"private": true}' });
      await execute('npm', ['install', ...NPM, TARBALL], { cwd: folder });
    });

    it('bring nothing else along', async () => {
      const installed = (await readdir(join(folder, 'node_modules'))).filter((name) => !name.startsWith('.'));
      assert.deepEqual(installed, [packageJson.name]);
    });

    it('give a julia-kaggle that knows its version', async () => {
      assert.equal((await execute(program(), ['--version'])).stdout.trim(), packageJson.version);
    });

    it('make a new project', async () => {
      const args = ['init', 'Inference', '--competition', 'titanic', '--julia', '1.10.5'];
      await execute(program(), args, { cwd: folder });
      for (const file of ['Project.toml', 'Manifest.toml', 'JuliaKaggle.toml', 'src/Inference.jl'])
        await access(join(folder, 'Inference', file));
    });

    it('serve a local Kaggle with its page', async () => {
      const competition = join(ROOT, 'examples', 'competition');
      const args = ['sandbox', competition, '--folder', join(folder, 'sandbox'), '--json'];
      const child = spawn(program(), args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
        const { page } = JSON.parse(line) as { page: string };
        // As a browser does: the address with the key sets a cookie and leads to the page.
        const entrance = await fetch(page, { redirect: 'manual' });
        const [cookie = ''] = entrance.headers.getSetCookie().map((each) => each.split(';')[0]);
        const target = new URL(entrance.headers.get('location') ?? '', page);
        const answer = await fetch(target, { headers: { cookie } });
        assert.equal(answer.status, 200);
        assert.match(await answer.text(), /harbour-tides/);
      } finally {
        child.kill('SIGTERM');
        await once(child, 'close');
      }
    });
  });
});
