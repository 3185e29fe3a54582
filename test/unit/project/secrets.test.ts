import assert from 'node:assert/strict';
import { isUserError } from '../../../src/base/errors.ts';
import { refuseSecret, refuseSecretContent, secretIn } from '../../../src/core/project/secrets.ts';
import { join } from 'node:path';
import { tempFolder } from '../../support/temp.ts';

// Put together here, so that no file of the repository holds what looks like a secret.
const HEADING = (kind: string): string => ['-----BEGIN', kind, 'PRIVATE KEY-----'].filter(Boolean).join(' ');
const BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n';

const SECRETS: readonly (readonly [text: string, what: RegExp])[] = [
  [`${HEADING('')}\n${BODY}`, /private key/],
  [`${HEADING('RSA')}\nProc-Type: 4,ENCRYPTED\n\n${BODY}`, /private key/],
  [`# mine\n${HEADING('OPENSSH')}\r\n${BODY}`, /private key/],
  [`token = "KGAT_${'a1'.repeat(16)}"`, /Kaggle token/],
  [`{"username":"ada","key":"${'0a'.repeat(16)}"}`, /Kaggle key/],
  [`ghp_${'x'.repeat(36)}`, /GitHub token/],
  [`github_pat_${'x'.repeat(60)}`, /GitHub token/],
  [`hf_${'x'.repeat(34)}`, /Hugging Face token/],
];

const ORDINARY = [
  '',
  '-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n',
  `startswith(line, "${HEADING('')}") && error("a key")`,
  `# begins with ${HEADING('RSA')}`,
  'hf_config = load("hf_model")',
  'const KGAT_PREFIX = "KGAT_"',
  '{"username": "ada", "key": "score"}',
  'git-tree-sha1 = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"',
  'ghp_short = 1',
];

describe('secrets', () => {
  for (const [text, what] of SECRETS)
    it(`are known by their content: ${String(what)}`, () => assert.match(secretIn(text) ?? '', what));

  for (const text of ORDINARY)
    it(`are not seen in ${JSON.stringify(text.slice(0, 40))}`, () => assert.equal(secretIn(text), undefined));

  it('are known by the file’s name, but templates are none', () => {
    for (const name of ['.env.production', '.envrc', '.netrc', 'id_ecdsa', 'Kaggle.json'])
      assert.throws(() => refuseSecret(`/p/${name}`, name), /looks like a secret/);
    for (const name of ['.env.example', 'environment.jl', 'kaggle.json.md', 'access_tokens.jl'])
      refuseSecret(`/p/${name}`, name);
  });

  it('are looked for in small text files only, and the file and a remedy are named', async () => {
    const [key] = SECRETS.map(([text]) => text);
    const folder = await tempFolder({ 'deploy.txt': key ?? '', binary: `\0${key ?? ''}` });
    const error: unknown = await refuseSecretContent(join(folder, 'deploy.txt'), 'deploy.txt', 100).catch(
      (e: unknown) => e,
    );
    assert.ok(isUserError(error, 'bundle-refused'));
    assert.match(error.title, /deploy\.txt looks like a private key/);
    assert.match(error.actions[0].title, /\.juliakaggleignore/);
    await refuseSecretContent(join(folder, 'binary'), 'binary', 100);
    await refuseSecretContent(join(folder, 'deploy.txt'), 'deploy.txt', 100_000);
  });
});
