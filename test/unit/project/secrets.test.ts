import assert from 'node:assert/strict';
import { join } from 'node:path';
import { sha256 } from '../../../src/base/hash.ts';
import { isSecretName } from '../../../src/core/project/secret-forms.ts';
import { SecretSearch, secretInText } from '../../../src/core/project/secret-search.ts';
import { SecretGuard } from '../../../src/core/project/secrets.ts';
import { heading, KEY, KEY_LINES, TOKENS, word } from '../../support/secret-samples.ts';
import { tempFolder } from '../../support/temp.ts';
import { refusalOf } from './temp-project.ts';

const ORDINARY = [
  '',
  `-----BEGIN CERTIFICATE-----\n${word(64)}\n`,
  `-----BEGIN PUBLIC KEY-----\n${word(64)}\n`,
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5${word(48)} ada@example.com`,
  `startswith(line, "${heading()}") && error("a key")`,
  `# begins with ${heading('RSA')}`,
  `@test occursin("${heading()}\\n...\\n", text)`,
  `${heading()}\nYourPrivateKeyGoesHereInBase64AndMoreOfIt\n`,
  'hf_config = load("hf_model")',
  'const KGAT_PREFIX = "KGAT_"',
  `export KAGGLE_API_TOKEN=KGAT_${'x'.repeat(32)}`,
  '{"username": "your-name", "key": "your-key"}',
  '{"username": "ada", "key": "score"}',
  'KAGGLE_KEY=... julia run.jl',
  'ENV["KAGGLE_KEY"] = read(path, String)',
  'git-tree-sha1 = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"',
  'repo-url = "https://github.com/JuliaData/CSV.jl.git"',
  'repo-url = "git@github.com:ada/Tides.jl.git"',
  'proxy = "http://user:password@proxy.example.com:8080"',
  'url = "https://$(user):$(password)@host.org/x"',
  'postgresql://postgres:postgres@localhost:5432/db',
  'https://docs.julialang.org/en/v1/@ref:man/#x',
  'AKIAIOSFODNN7EXAMPLE',
  'ghp_short = 1',
  '"auth": "none"',
  'md5,d41d8cd98f00b204e9800998ecf8427e\nkey,"d41d8cd98f00b204e9800998ecf8427e"',
];

describe('secrets', () => {
  for (const [what, text] of Object.entries(TOKENS))
    it(`are known by their content: ${what}`, () =>
      assert.notEqual(secretInText(`token = "${text}"`), undefined));

  for (const text of ORDINARY)
    it(`are not seen in ${JSON.stringify(text.slice(0, 50))}`, () =>
      assert.equal(secretInText(text), undefined));

  it('are known by the file’s name, but templates and programs are none', () => {
    for (const name of [
      '.env.production',
      '.envrc',
      '.netrc',
      'id_ecdsa',
      'Kaggle.json',
      'deep/.docker/config.json',
    ])
      assert.ok(isSecretName(name), name);
    for (const name of [
      ...['.env.example', 'template.env', 'environment.jl', 'env.jl', 'kaggle.json.md', 'access_tokens.jl'],
      ...[
        'id_rsa.pub',
        'id_rsa_test.jl',
        'id_columns.csv',
        'config.json',
        'data/config.json',
        'credentials.jl',
      ],
    ])
      assert.ok(!isSecretName(name), name);
  });

  it('are found wherever the pieces end that a file is read in', () => {
    const text = Buffer.from(`${'#'.repeat(600_000)}\n${KEY}${'#'.repeat(300_000)}`);
    for (const size of [997, 65_536, 600_010, 600_100, 600_300]) {
      const search = new SecretSearch();
      for (let at = 0; at < text.length; at += size) search.update(text.subarray(at, at + size));
      assert.equal(search.end(), 'a private key', `${size}`);
    }
  });

  it('are all named at once, with the lines that allow them and no other content', async () => {
    const folder = await tempFolder({ 'test/a b.pem': KEY, 'other.txt': KEY_LINES.join('\n') });
    const facts = (text: string) => ({ source: folder, sha256: sha256(text), holds: 'a private key' });
    const look = (allow: readonly string[]): SecretGuard => {
      const guard = new SecretGuard(folder, allow);
      guard.lookAt(join(folder, 'test', 'a b.pem'), facts(KEY));
      guard.lookAt(join(folder, 'other.txt'), facts('2'));
      return guard;
    };
    const error = await refusalOf(() => look([]).refuse(), 'bundle-refused');
    assert.match(error.title, /a b\.pem looks like a private key .* 1 more file/);
    assert.match(error.detail ?? '', /other\.txt: a private key/);
    const line = /allow = (\[.*\])/.exec(error.actions[1]?.title ?? '')?.[1] ?? '';
    const allow = JSON.parse(line) as string[];
    assert.deepEqual(allow, [
      `test/a b.pem#${sha256(KEY).slice(0, 16)}`,
      `other.txt#${sha256('2').slice(0, 16)}`,
    ]);
    look(allow).refuse();
    const other = await refusalOf(() => look(allow.slice(0, 1)).refuse(), 'bundle-refused');
    assert.match(other.actions[1]?.title ?? '', /a b\.pem#.*other\.txt#/, 'what is allowed already stays');
  });
});
