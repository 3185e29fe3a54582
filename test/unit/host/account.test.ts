import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { systemClock } from '../../../src/base/abort.ts';
import { UserError } from '../../../src/base/errors.ts';
import type { CredentialKeeper } from '../../../src/kaggle/given-credentials.ts';
import { tempFolder } from '../../support/temp.ts';
import { PlayedWindow } from './window.ts';

const unreachable = new UserError({
  code: 'kaggle-unreachable',
  title: 'No answer.',
  actions: [{ title: 'Wait.' }],
});
const kaggle = () => ({
  apiUrl: 'https://api.kaggle.com',
  account: { get: () => Promise.resolve({ username: 'ada', source: 'kaggle.json' }) },
});
const stored = (window: PlayedWindow): unknown =>
  JSON.parse(window.editor.secrets.get('juliaKaggle.credentials') ?? 'null');
const SIGN_IN = { apiUrl: 'https://api.kaggle.com', clock: systemClock, path: '/nowhere' };
type Provider = vscode.AuthenticationProvider;
const provider = (window: PlayedWindow): Provider =>
  (window.editor.registered.get('registerAuthenticationProvider') as [string, string, Provider])[2];

describe('another extension', () => {
  it('gets nothing: neither by activation nor by a command', async () => {
    const window = await PlayedWindow.open({ kaggle });
    assert.equal(window.exports, undefined);
    assert.equal(window.editor.commands.has('juliaKaggle.innards'), false);
    window.editor.secrets.set('juliaKaggle.credentials', '{"kind":"key","username":"ada","key":"canary"}');
    const sessions = await provider(window).getSessions(undefined, {});
    assert.equal(sessions[0]?.account.label, 'ada');
    const given = await Promise.all(
      ['whoAmI', 'doctor', 'openConfig'].map((id) => window.run(id).catch(() => undefined)),
    );
    assert.ok(!JSON.stringify([sessions, given]).includes('canary'));
  });

  it('is one thing, the tests of this extension are another', async () => {
    const window = await PlayedWindow.open({}, undefined, (_, context) =>
      Object.assign(context, { extensionMode: 3 }),
    );
    assert.equal(typeof (await window.run('innards')), 'object');
  });
});

describe('signing in', () => {
  it('by a token keeps what Kaggle accepts, in the secret storage', async () => {
    const window = await PlayedWindow.open({ kaggle });
    window.editor.reply('Sign In to Kaggle', 'Enter an API token').reply('API token', ' KGAT_x ');
    await window.run('signIn');
    assert.deepEqual(stored(window), { kind: 'token', token: 'KGAT_x', account: 'ada' });
    const tried = await (window.played.seen as CredentialKeeper).read();
    assert.deepEqual(tried, { kind: 'token', token: 'KGAT_x' });
    assert.match(window.editor.texts.at(-1) ?? '', /^Signed in to Kaggle as ada/);
  });

  it('by a user name and key keeps them although Kaggle cannot be asked', async () => {
    const window = await PlayedWindow.open({
      kaggle: () => ({ ...kaggle(), account: { get: () => Promise.reject(unreachable) } }),
    });
    window.editor
      .reply('Sign In to Kaggle', 'Enter a user name')
      .reply('User name', 'ada')
      .reply('Key', 'k1');
    await window.run('signIn');
    assert.deepEqual(stored(window), { kind: 'key', username: 'ada', key: 'k1' });
    assert.match(window.editor.texts.at(-1) ?? '', /could not be asked/);
  });

  it('that Kaggle rejects says so of what was entered, keeps nothing, and is offered once more', async () => {
    const rejected = new UserError({
      code: 'kaggle-unauthorized',
      title: 'Kaggle does not know the token.',
      actions: [
        { title: 'Remove the one in x, so that y is used.' },
        { title: 'Create a new API token on Kaggle', url: 'https://www.kaggle.com/settings/api' },
      ],
    });
    const window = await PlayedWindow.open({
      kaggle: () => ({ ...kaggle(), account: { get: () => Promise.reject(rejected) } }),
    });
    window.editor.reply('Sign In to Kaggle', 'Enter an API token').reply('API token', 'KGAT_wrong');
    await window.run('signIn');
    const shown = window.editor.shown.find(({ kind }) => kind === 'error');
    assert.match(shown?.text ?? '', /^Kaggle rejected what you entered: .*Enter it once more\.$/);
    assert.deepEqual(shown?.choices, ['Sign In…', 'Create a new API token on Kaggle', 'Show Log']);
    assert.equal(stored(window), null);
  });

  it('by a file takes a kaggle.json, and no other', async () => {
    const folder = await tempFolder({
      'kaggle.json': '{"username": "ada", "key": "k2"}',
      'other.json': '{}',
    });
    const window = await PlayedWindow.open({ kaggle });
    window.editor
      .reply('Sign In to Kaggle', 'Choose a kaggle.json')
      .reply('Choose a kaggle.json', join(folder, 'kaggle.json'));
    await window.run('signIn');
    assert.deepEqual(stored(window), { kind: 'key', username: 'ada', key: 'k2', account: 'ada' });
    window.editor
      .reply('Sign In to Kaggle', 'Choose a kaggle.json')
      .reply('Choose a kaggle.json', join(folder, 'other.json'));
    await window.run('signIn');
    assert.match(window.editor.texts.at(-1) ?? '', /does not hold a Kaggle user name and key/);
  });

  it('that is given up leaves all as it was, in each way', async () => {
    const window = await PlayedWindow.open({ kaggle });
    for (const way of ['Enter an API token', 'Enter a user name', 'Choose a kaggle.json', 'Create a token']) {
      window.editor.reply('Sign In to Kaggle', way);
      await window.run('signIn');
    }
    await window.run('signIn');
    assert.deepEqual(window.editor.opened, ['https://www.kaggle.com/settings/api']);
    assert.equal(stored(window), null);
    await assert.rejects(async () => provider(window).createSession([], {}));
  });

  it('by a browser opens the page of this very program, and can be called off', async () => {
    const window = await PlayedWindow.open({ kaggle, ports: { signIn: SIGN_IN } });
    window.editor.reply('Sign In to Kaggle', 'Sign in with the browser');
    const done = window.run('signIn');
    await window.until(() => window.editor.opened.length === 1);
    assert.match(window.editor.opened[0] ?? '', /^http:\/\/localhost:/);
    window.editor.cancelProgress.fire();
    await done;
    assert.equal(stored(window), null);
  });

  it('by any browser asks for the code that Kaggle shows, unseen, and takes none for no', async () => {
    const window = await PlayedWindow.open({ kaggle, ports: { signIn: SIGN_IN } });
    window.editor.isWeb = true;
    window.editor.reply('Sign In to Kaggle', 'Sign in with a code');
    const done = window.run('signIn');
    await window.until(() => window.editor.inputBoxes.length === 1);
    const [box] = window.editor.inputBoxes;
    assert.match(window.editor.opened[0] ?? '', /^https:\/\/www\.kaggle\.com\//);
    assert.equal(box?.password, true);
    box.hide();
    await done;
    assert.equal(box.isDisposed, true);
    assert.equal(stored(window), null);
  });
});

describe('the account', () => {
  it('is told, and left: what else would be used is named', async () => {
    const window = await PlayedWindow.open({ kaggle });
    window.editor.secrets.set('juliaKaggle.credentials', '{"kind":"token","token":"t","account":"ada"}');
    await window.run('whoAmI');
    assert.match(window.editor.texts.at(-1) ?? '', /ada, by the credential in kaggle\.json/);
    await window.run('signOut');
    assert.equal(stored(window), null);
    assert.equal(
      window.editor.texts.at(-1),
      'Signed out of Kaggle. The credential in kaggle.json is still there, and used.',
    );
    window.played.kaggle = () => ({ account: { get: () => Promise.reject(unreachable) } });
    await provider(window).removeSession('x');
    assert.equal(window.editor.texts.at(-1), 'The editor keeps no Kaggle credentials.');
  });

  it('is another one in the menu as soon as it is', async () => {
    const window = await PlayedWindow.open({ kaggle });
    const changes: unknown[] = [];
    provider(window).onDidChangeSessions((change) => changes.push(change));
    window.editor.reply('Sign In to Kaggle', 'Enter an API token').reply('API token', 't');
    const session = await provider(window).createSession([], {});
    assert.equal(session.account.label, 'ada');
    assert.equal(session.accessToken, '');
    await window.until(() => changes.length > 0);
  });

  it('of a damaged store is none', async () => {
    const window = await PlayedWindow.open({ kaggle });
    window.editor.secrets.set('juliaKaggle.credentials', '{"kind":"key"}');
    assert.deepEqual(await provider(window).getSessions(undefined, {}), []);
  });
});
