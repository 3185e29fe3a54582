import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TreeDataProvider } from 'vscode';
import { type FileNode, fileNodes } from '../../../src/host/files/file-nodes.ts';
import { PlayedWindow } from './window.ts';

const file = (place: string, bytes: number, canLeaveOut = true) => ({
  ...{ place, bytes, canLeaveOut },
  source: `/home/ada/${place}`,
});

const FILES = [
  file('Inference/Project.toml', 90, false),
  file('Inference/src/Inference.jl', 300),
  file('Inference/data/raw.csv', 5_000),
];

describe('the files that go up', () => {
  it('are a tree, the largest first, of which what Julia needs cannot be left out', () => {
    const [top] = fileNodes(FILES);
    const lines = (top?.children ?? []).map(({ name, bytes, source, canLeaveOut }) => [
      ...[name, bytes, source, canLeaveOut],
    ]);
    assert.deepEqual(lines, [
      ['data', 5_000, '/home/ada/Inference/data', true],
      ['src', 300, '/home/ada/Inference/src', true],
      ['Project.toml', 90, '/home/ada/Inference/Project.toml', false],
    ]);
    assert.equal(top?.canLeaveOut, false);
  });

  it('are shown with their sizes, and left out by the button; a run that asks is told no', async () => {
    const window = await PlayedWindow.open({
      status: { files: FILES },
      run: async (request) => {
        const plan = { text: 'upload', fingerprint: 'f' };
        return (await request.confirm?.(plan, 'upload')) === true ? {} : { declined: true };
      },
    });
    const tree = window.editor.treeProviders.get('juliaKaggle.files') as TreeDataProvider<FileNode>;
    await window.run('showFiles');
    const page = window.page();
    const run = window.run('runStage', 'submit');
    await page.state(({ question }) => question !== undefined);
    const raw = fileNodes(FILES)[0]?.children?.[0]?.children?.[0];
    assert.ok(raw !== undefined);
    const item = await tree.getTreeItem(raw);
    assert.deepEqual([item.label, item.description, item.contextValue], ['raw.csv', '5.00 kB', 'removable']);
    window.editor.reply('is left out', 'Open .juliakaggleignore');
    await window.run('leaveOut', raw);
    assert.equal(await run, 'declined');
    assert.deepEqual(window.leftOut, ['/home/ada/Inference/data/raw.csv']);
    assert.ok(window.editor.texts.some((text) => text.includes('nothing was uploaded')));
    const list = join(window.folder, '.juliakaggleignore');
    await window.until(() => window.editor.files.some((each) => each.startsWith(list)));
    window.editor.reply('Choose a File to Leave Out', 'Inference/src/Inference.jl');
    await window.run('leaveOut');
    assert.equal(window.leftOut.at(-1), '/home/ada/Inference/src/Inference.jl');
  });

  it('are so many below one folder that a run says so, with a button that leaves it out', async () => {
    const message = 'data has 60000 of the 60003 files that go along with the project.';
    const window = await PlayedWindow.open({
      run: (_, tell) => {
        tell({ kind: 'warning', stage: 'project', message, offer: 'leave-out:data/images' });
        return Promise.resolve({});
      },
    });
    window.editor.reply(message, 'Leave Out data/images');
    await window.run('runStage', 'project');
    await window.until(() => window.leftOut.length > 0);
    assert.deepEqual(window.leftOut, [join(window.folder, 'data', 'images')]);
  });
});
