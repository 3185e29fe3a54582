import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { link, mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isUserError } from '../../src/base/errors.ts';
import { sha256 } from '../../src/base/hash.ts';
import { readProject } from '../../src/core/project/project-stage.ts';
import {
  heading,
  hex,
  KAGGLE_JSON,
  KAGGLE_TOKEN,
  KEY,
  KEY_LINES,
  TOKENS,
  word,
} from '../support/secret-samples.ts';
import { type Files, options, readIn, SAMPLE, withFiles } from '../unit/project/temp-project.ts';
import { attack } from './attack.ts';

const PROJECT = 'work/Inference';
const BOM = '\ufeff';
const [, ...BODY] = KEY_LINES;

/** Files by path below the project, as they are on the disk. */
type Planted = Readonly<Record<string, string | Buffer>>;

/** That the project with these files is refused, naming the first of them. */
async function isRefused(planted: Planted, changes: Files = {}): Promise<void> {
  await withFiles(changes, async (folder) => {
    for (const [name, content] of Object.entries(planted)) {
      const path = join(folder, PROJECT, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
    await refusal(folder, Object.keys(planted)[0] ?? '');
  });
}

async function refusal(folder: string, name: string): Promise<void> {
  const error: unknown = await readIn(folder).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(isUserError(error, 'bundle-refused'), `it went through: ${String(error)}`);
  assert.ok(`${error.title}${error.detail ?? ''}`.includes(name), error.title);
}

const config = (more: string): Files => ({
  [`${PROJECT}/JuliaKaggle.toml`]: `competition = "titanic"\n${more}`,
});
const held = 'core/project/secret-search';
const named = 'core/project/secret-forms';

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const wrapped = (text: string, width = 76): string => text.replace(new RegExp(`(.{${width}})`, 'g'), '$1\n');
const service = (key: string): string =>
  JSON.stringify({ type: 'service_account', private_key: key, client_email: 'a@b.iam' }, undefined, 2);
const cell = (source: string | readonly string[]): string =>
  JSON.stringify({ cells: [{ cell_type: 'code', metadata: {}, outputs: [], source }], nbformat: 4 });

describe('secrets in a project', function () {
  this.timeout(60_000);

  describe('by their content', () => {
    const contents: Readonly<Record<string, Planted>> = {
      'a private key in a text': { 'deploy.txt': KEY },
      'a private key in PKCS #1, encrypted': {
        'deploy.txt': `${heading('RSA')}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A\n\n${BODY.join('\n')}`,
      },
      'an OpenSSH key with line ends of Windows': {
        notes: `${heading('OPENSSH')}\r\n${BODY.join('\r\n')}`,
      },
      'a service account as JSON, its key on one line': { 'gcp.json': service(KEY) },
      'a service account inside of a JSON string': { 'all.json': JSON.stringify({ file: service(KEY) }) },
      'a service account with escaped slashes and equal signs': {
        'gcp.json': service(KEY).replaceAll('/', '\\/').replaceAll('-', '\\u002d'),
      },
      'a private key indented in YAML': {
        'config.yaml': `tls:\n  key: |\n${KEY_LINES.map((line) => `    ${line}`).join('\n')}\n`,
      },
      'a private key in the comments of a script': {
        'run.jl': KEY_LINES.map((line) => `# ${line}`).join('\n'),
      },
      'a private key as a list of strings': {
        'key.jl': `const KEY = [\n${KEY_LINES.map((line) => `  "${line}\\n",`).join('\n')}\n]`,
      },
      'a private key after a byte order mark': { 'key.txt': `${BOM}${KEY}` },
      'a private key in UTF-16, little end first': { 'key.txt': Buffer.from(`${BOM}${KEY}`, 'utf16le') },
      'a private key in UTF-16, big end first': { 'key.txt': utf16be(`${BOM}${KEY}`) },
      'a private key in UTF-16 without a mark': { 'key.txt': Buffer.from(KEY, 'utf16le') },
      'a Kaggle token in UTF-16, amid other bytes': {
        'state.bin': Buffer.concat([Buffer.alloc(99, 1), Buffer.from(` ${KAGGLE_TOKEN} `, 'utf16le')]),
      },
      'a private key in base64': { 'key.b64': base64(KEY) },
      'a private key in base64, in lines': { 'key.b64': wrapped(base64(KEY)) },
      'a private key in base64, indented in YAML': {
        'secret.yaml': `data:\n  key: >\n${wrapped(base64(KEY), 64).replace(/^/gm, '    ')}`,
      },
      'a private key in base64 of the web’s alphabet': {
        'key.txt': `key=${Buffer.from(KEY).toString('base64url')}`,
      },
      'a private key in base64 of base64': { 'values.yaml': `x: ${base64(base64(KEY))}` },
      'a private key in base64 of UTF-16': {
        'run.ps1': base64(Buffer.from(KEY, 'utf16le').toString('latin1')),
      },
      'a kaggle.json in base64, in lines': { 'k.txt': wrapped(base64(KAGGLE_JSON)) },
      'a Kaggle token in base64 that begins in another text': {
        'k.txt': base64(`a: ${KAGGLE_TOKEN} and more`),
      },
      'a private key in a file of 70 kB': { 'notes.txt': `${'a line of notes\n'.repeat(4_500)}${KEY}` },
      'a Kaggle token in a binary file': {
        'state.jld2': Buffer.concat([Buffer.alloc(5_000), Buffer.from(KAGGLE_TOKEN), Buffer.alloc(5_000)]),
      },
      'a kaggle.json under another name': { 'conf.json': KAGGLE_JSON },
      'a kaggle.json with its key first': {
        'conf.json': JSON.stringify({ key: hex(32), username: 'ada' }),
      },
      'a kaggle.json of several lines with a proxy': {
        'conf.json': JSON.stringify({ username: 'ada', proxy: 'http://p:1', key: hex(32) }, undefined, 4),
      },
      'a kaggle.json in a notebook’s cell': {
        'explore.ipynb': cell(`open("k", "w").write('${KAGGLE_JSON}')`),
      },
      'a kaggle.json in a notebook, a string a line': {
        'explore.ipynb': cell([
          '%%writefile kaggle.json\n',
          '{\n',
          '  "username": "ada",\n',
          `  "key": "${hex(32)}"\n`,
          '}',
        ]),
      },
      'KAGGLE_KEY in a script': { 'go.sh': `export KAGGLE_USERNAME=ada\nexport KAGGLE_KEY=${hex(32)}\n` },
      'KAGGLE_KEY in Julia': { 'go.jl': `ENV["KAGGLE_KEY"] = "${hex(32)}"` },
      'KAGGLE_KEY in Python': { 'go.py': `os.environ['KAGGLE_KEY'] = '${hex(32)}'` },
      'this program’s credentials.json under another name': {
        'c.json': JSON.stringify({ refresh_token: word(48), access_token: word(40), username: 'ada' }),
      },
      'credentials of AWS under another name': { 'aws.ini': `aws_secret_access_key = ${word(40)}` },
      'credentials of npm under another name': { 'npmrc.txt': `//r.org/:_authToken=${word(36)}` },
      'credentials of Docker under another name': {
        'registries.json': JSON.stringify({ auths: { 'ghcr.io': { auth: base64(`ada:${word(20)}`) } } }),
      },
      'a token of GitLab in an address': {
        'urls.txt': `https://oauth2:${TOKENS['a GitLab token']}@gitlab.com/a/b.git`,
      },
      'a password in an address': { 'urls.txt': `url = "https://ada:${word(14)}@git.uni.edu/a/b.git"` },
      'a password in an address in JSON': {
        'urls.json': `{"url":"https:\\/\\/ada:${word(14)}@git.uni.edu\\/b"}`,
      },
      ...Object.fromEntries(
        Object.entries(TOKENS).map(([what, text]) => [
          `${what} in a source file`,
          { 'src/a.jl': `const T = "${text}"` },
        ]),
      ),
    };
    for (const [tried, planted] of Object.entries(contents))
      attack('M1', tried, held, () => isRefused(planted));

    attack('M1', 'a real key of Ed25519 as PEM', held, async () => {
      await withFiles({}, async (folder) => {
        const made = join(folder, PROJECT, 'deploy');
        await writeFile(
          made,
          generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
        );
        await refusal(folder, 'deploy');
      });
    });

    for (const url of [
      `https://oauth2:glpat-${word(20)}@gitlab.com/a/b.git`,
      `https://ghp_${word(36)}@github.com/a/b.git`,
    ])
      attack('M1', `a Manifest with ${url.slice(0, 20)}… as repo-url`, held, async () => {
        const manifest = `${SAMPLE['work/Inference/Manifest.toml']}\n[[deps.B]]\nrepo-url = "${url}"\nrepo-rev = "main"\nuuid = "0b6f4b0a-3d0c-4c39-8f0b-8a3f5a1d2e99"\ngit-tree-sha1 = "${hex(40)}"\nversion = "0.1.0"\n`;
        await isRefused({ 'Manifest.toml': manifest });
      });

    attack('M1', 'a private key at the end of 200 MB of nothing', held, async () => {
      await withFiles({}, async (folder) => {
        const file = await open(join(folder, PROJECT, 'big.dat'), 'w');
        await file.write(Buffer.from(KEY), 0, KEY.length, 200e6);
        await file.close();
        const before = process.memoryUsage().rss;
        await refusal(folder, 'big.dat');
        assert.ok(process.memoryUsage().rss - before < 150e6, 'in constant memory');
      });
    });

    attack('M1', 'a private key on the border of what is read at once', held, async () => {
      for (const before of [1_048_576 - 40, 1_048_576 - KEY.length - 1, 262_144 - 10])
        await isRefused({ 'big.txt': `${'.'.repeat(before)}\n${KEY}${'.'.repeat(2_000_000)}` });
    });
  });

  describe('by the names of their files', () => {
    const names = [
      ...[
        '.env',
        '.env.local',
        '.envrc',
        '.env-prod',
        '.env_prod',
        'prod.env',
        '.netrc',
        '_netrc',
        '.npmrc',
        '.pypirc',
      ],
      ...[
        'kaggle.json',
        'kaggle.json.bak',
        'kaggle (1).json',
        'access_token',
        'credentials.json',
        '.kaggle/credentials.json',
      ],
      ...['.aws/credentials', '.docker/config.json', '.git-credentials', '.kube/config'],
      ...['id_rsa', 'id_rsa.bak', 'id_ed25519_work', 'id_ecdsa.old', 'store.p12', '.pgpass'],
    ];
    for (const name of names)
      attack('M1', `a file called ${name}`, named, () => isRefused({ [name]: 'anything' }));

    attack('M1', 'a link to a key inside of the project', named, async () => {
      await withFiles(
        { ...config('[data]\nfolder = "data"'), [`${PROJECT}/data/id_rsa`]: 'x' },
        async (folder) => {
          await symlink('../data/id_rsa', join(folder, PROJECT, 'src', 'note.txt'));
          await refusal(folder, 'note.txt');
        },
      );
    });

    attack('M1', 'a hard link to a key under a harmless name', held, async () => {
      await withFiles({ 'home/.ssh/id_ed25519': KEY }, async (folder) => {
        await link(join(folder, 'home/.ssh/id_ed25519'), join(folder, PROJECT, 'notes.txt'));
        await refusal(folder, 'notes.txt');
      });
    });
  });

  describe('elsewhere than in the package', () => {
    for (const where of ['before', 'after'] as const) {
      attack('M1', `a Kaggle token in the cells of [notebook] ${where}`, 'core/project/project-stage', () =>
        isRefused(
          { 'cells.py': `import os\nos.environ["KAGGLE_API_TOKEN"] = "${KAGGLE_TOKEN}"` },
          config(`[notebook]\n${where} = "cells.py"`),
        ),
      );
      attack('M1', `a private key in UTF-16 as [notebook] ${where}`, 'core/project/project-stage', () =>
        isRefused({ 'cells.py': Buffer.from(KEY, 'utf16le') }, config(`[notebook]\n${where} = "cells.py"`)),
      );
    }
    attack('M1', 'a token among [run] args, which stand in the notebook', 'core/project/project-stage', () =>
      isRefused({
        'JuliaKaggle.toml': `competition = "titanic"\n[run]\nargs = ["--token", "${KAGGLE_TOKEN}"]`,
      }),
    );
    attack('M1', 'a single model file that holds a key', 'core/project/models', () =>
      isRefused({ 'model.bin': `\0\0${KEY}` }, config('[models]\nfiles = ["model.bin"]')),
    );
    attack('M1', 'a key in a folder of models', 'core/project/models', () =>
      isRefused({ 'models/deep/notes': KEY }, config('[models]\nfiles = ["models"]')),
    );
    attack('M1', 'a model called kaggle.json', 'core/project/models', () =>
      isRefused({ 'models/kaggle.json': '{}' }, config('[models]\nfiles = ["models/kaggle.json"]')),
    );
    attack('M1', 'a model of 70 MB with a token behind its weights', 'core/project/models', () =>
      isRefused(
        { 'model.bin': Buffer.concat([Buffer.alloc(70e6, 'weights '), Buffer.from(` ${KAGGLE_TOKEN}`)]) },
        config('[models]\nfiles = ["model.bin"]'),
      ),
    );
    attack('M1', 'a key in a path dependency', held, async () => {
      await withFiles({ 'work/Features/deploy.txt': KEY }, (folder) => refusal(folder, 'deploy.txt'));
    });
    attack('M1', 'a model that was clean when its hash was kept', 'base/file-hashes', async () => {
      await withFiles(config('[models]\nfiles = ["model.bin"]'), async (folder) => {
        const hashesFile = join(folder, 'hashes.json');
        const read = () => readProject(join(folder, PROJECT), { ...options(), hashesFile });
        await writeFile(join(folder, PROJECT, 'model.bin'), 'weights');
        await read();
        await writeFile(join(folder, PROJECT, 'model.bin'), KAGGLE_TOKEN);
        await assert.rejects(read(), { code: 'bundle-refused' });
        await assert.rejects(read(), { code: 'bundle-refused' });
      });
    });
    attack(
      'M1',
      'another key in place of the one that JuliaKaggle.toml allows',
      'core/project/secrets',
      async () => {
        const allowed = `[secrets]\nallow = ["test/key.pem#${sha256(KEY).slice(0, 16)}"]`;
        await withFiles({ ...config(allowed), [`${PROJECT}/test/key.pem`]: KEY }, async (folder) => {
          await readIn(folder);
          await writeFile(join(folder, PROJECT, 'test/key.pem'), KEY.replace(/[a-z]/, '9'));
          await refusal(folder, 'key.pem');
        });
        await isRefused({ 'key.pem': KEY }, config(allowed));
      },
    );
  });

  describe('texts that are made to take long', () => {
    const B = (text: string, bytes: number): Buffer => Buffer.alloc(bytes, text);
    const hostile: Readonly<Record<string, string>> = {
      'headings without keys': `${heading()}\n`,
      'headings with headers': `${heading('RSA')}\nProc-Type: 4,ENCRYPTED\nA-b: c\n`,
      'beginnings of addresses': '://a:b',
      'addresses without an end': '://aaaaaaaaaaaaaaaaaaaa:bbbbbbbbbbbbbbbbbbbbbbbbbbbbb',
      'names of users': '"username":"a","username" : ',
      backslashes: '\\',
      escapes: '\\\\\\n\\u002d',
      'one letter': 'a',
      'letters of base64 in short runs': `${'Q'.repeat(40)} `,
      'lines of base64': `${'Q'.repeat(76)}\n`,
      'prefixes of tokens': 'KGAT_ghp_hf_AKIAsk-ant-',
      'names of settings': 'KAGGLE_KEY   =   ',
      'zeros between': 'K\0G\0A\0T\0',
      blanks: ' ',
      quotes: '"auth" : "',
    };
    for (const [tried, piece] of Object.entries(hostile))
      attack('M1', `${tried} over and over`, held, async () => {
        const { SecretSearch } = await import('../../src/core/project/secret-search.ts');
        const time = (bytes: number): number => {
          const started = process.cpuUsage();
          const search = new SecretSearch();
          search.update(B(piece, bytes));
          search.end();
          const { user, system } = process.cpuUsage(started);
          return (user + system) / 1000;
        };
        time(65_536);
        const small = Math.max(time(500_000), 5);
        const large = time(4_000_000);
        assert.ok(large < 8_000, `${large} ms for 4 MB`);
        assert.ok(large / small < 32, `8 times the bytes took ${(large / small).toFixed(1)} times as long`);
      });
  });

  it('are not seen in the example and in what this repository documents', async () => {
    const { secretInText } = await import('../../src/core/project/secret-search.ts');
    for (const name of [
      'README.md',
      'docs/user-guide.md',
      'docs/security.md',
      'docs/sandbox.md',
      'package-lock.json',
    ])
      assert.equal(secretInText(await readFile(name, 'utf8')), undefined, name);
  });
});
