import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import type { CredentialKeeper } from '../../../src/kaggle/given-credentials.ts';
import { tempFolder } from '../../support/temp.ts';
import { PlayedWindow } from './window.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'examples', 'competition');

/** A window with a local Kaggle of the example's competition. */
async function started() {
  const window = await PlayedWindow.open({
    ports: { engine: () => assert.fail('no engine is needed') },
  });
  window.editor.settings.set('image', 'python:3.11');
  window.editor.reply('There is none in this window', 'Choose a Folder').reply('', EXAMPLE);
  await window.run('startLocalKaggle');
  return window;
}
const page = (window: PlayedWindow): URL => new URL(window.editor.opened.at(-1) ?? '');

describe('the local Kaggle in the editor', () => {
  it('is what the window works with until it is stopped, with its own credentials', async () => {
    const window = await started();
    const keeper = () => window.played.seen as CredentialKeeper;
    try {
      assert.equal(window.editor.contextKeys.get('juliaKaggle.localKaggle'), true);
      await window.run('showLocalKaggle');
      assert.equal(page(window).hostname, '127.0.0.1');
      // The key is good once, and leads to the page itself.
      const answer = await fetch(page(window), { redirect: 'manual' });
      assert.ok(answer.headers.has('set-cookie'), String(answer.status));
      await window.run('signIn');
      await window.run('signOut');
      assert.equal(window.editor.texts.filter((text) => text.startsWith('This window works with')).length, 2);
      await window.run('runStage', 'submit');
      assert.equal((await keeper().read())?.kind, 'token');
      await window.run('startLocalKaggle');
    } finally {
      await window.run('stopLocalKaggle');
    }
    assert.equal(window.editor.contextKeys.get('juliaKaggle.localKaggle'), false);
    assert.equal(window.context.workspaceState.get('localKaggle'), undefined);
  });

  it('begins again with the window, on its address, and is given up where it cannot', async () => {
    const window = await started();
    const kept: unknown = window.context.workspaceState.get('localKaggle');
    await window.close();
    const next = await PlayedWindow.open({}, {}, (_, context) =>
      context.workspaceState.update('localKaggle', kept),
    );
    await next.until(() =>
      next.editor.statusItems.some(({ id, visible }) => id === 'juliaKaggle.localKaggle' && visible === true),
    );
    await next.close();
    const gone = { ...(kept as object), competition: join(await tempFolder({}), 'gone') };
    const last = await PlayedWindow.open({}, {}, (editor, context) => {
      editor.reply('could not be started again', 'Start the Local Kaggle');
      return context.workspaceState.update('localKaggle', gone);
    });
    await last.until(() =>
      last.editor.texts.some((text) => text.startsWith('A local Kaggle needs a competition')),
    );
    assert.equal(last.context.workspaceState.get('localKaggle'), undefined);
    await last.close();
  });

  it('asks for the competition where there are several, and for the image', async () => {
    const text = (slug: string) => JSON.stringify({ slug, title: slug });
    const window = await PlayedWindow.open(
      {},
      { 'Inference/a/competition.json': text('a'), 'Inference/b/competition.json': text('b') },
    );
    window.editor.reply('Which Competition', 'b');
    await window.run('startLocalKaggle');
    assert.equal(window.editor.texts.at(-1), 'In Which Image Do Notebooks Run?');
    await window.run('startLocalKaggle');
    window.editor.folders = [];
    window.editor.reply('There is none in this window', 'Choose a Folder').reply('', await tempFolder({}));
    await window.run('startLocalKaggle');
    assert.match(window.editor.texts.at(-1) ?? '', /^There is no competition\.json in/);
    window.editor.reply('There is none in this window', 'Open the Quick Example');
    await window.run('startLocalKaggle');
    assert.ok(window.editor.texts.includes('Where Is the Example to Be Put?'));
  });
});
