import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { UserError } from '../../../src/base/errors.ts';
import { ltsUnknown } from '../../../src/julia/download-errors.ts';
import { tempFolder } from '../../support/temp.ts';
import { PlayedWindow, PROJECT } from './window.ts';

const NOTEBOOK = { notebook: { url: 'https://www.kaggle.com/code/ada/x' } as never };

describe('the commands about a project', () => {
  it('open its settings, its competition and its notebook', async () => {
    const window = await PlayedWindow.open();
    await window.run('openConfig');
    assert.deepEqual(window.editor.files, [join(window.folder, 'JuliaKaggle.toml')]);
    await window.run('openNotebook');
    assert.match(window.editor.texts.at(-1) ?? '', /has no notebook on Kaggle yet/);
    window.played.artefacts = NOTEBOOK;
    await window.run('openNotebook');
    await window.run('openCompetition');
    assert.deepEqual(window.editor.opened, [
      'https://www.kaggle.com/code/ada/x',
      'https://www.kaggle.com/competitions/harbour-tides',
    ]);
    await rm(join(window.folder, 'JuliaKaggle.toml'));
    await window.run('openConfig');
    assert.match(window.editor.documents.at(-1)?.getText() ?? '', /^competition = ""/);
  });

  it('examine the machine, and lead to the remedy of what is chosen', async () => {
    const error = new UserError({
      code: 'disk-full',
      title: 'Full.',
      actions: [{ title: 'Make room', url: 'https://docs.docker.com/prune' }],
    });
    const signIn = new UserError({ code: 'not-signed-in', title: 'No.', actions: [{ title: 'Sign in' }] });
    const window = await PlayedWindow.open({
      findings: [
        { subject: 'engine', text: '29.4' },
        { subject: 'memory', text: '4 GB', warnings: ['little'] },
        { subject: 'disk', text: '0 B', error },
        { subject: 'kaggle', text: 'nobody', error: signIn },
      ],
    });
    const title = '2 of 4 things stand in the way of a run';
    window.editor.reply(title, 'Disk').reply(title, 'Memory').reply(title, 'Kaggle');
    window.editor.reply('Memory: 4 GB little', 'Show Log');
    await window.run('doctor');
    await window.run('doctor');
    await window.run('doctor');
    assert.deepEqual(window.editor.opened, ['https://docs.docker.com/prune']);
    assert.ok(window.editor.log.includes('shown'));
    assert.ok(window.editor.texts.includes('Sign In to Kaggle'));
    window.played.findings = [{ subject: 'machine', text: 'x86' }];
    await window.run('doctor');
    assert.equal(window.editor.texts.at(-1), 'Everything that a run needs is there');
    window.played.findings = [{ subject: 'memory', text: '4 GB', warnings: ['little'] }];
    await window.run('doctor');
    assert.equal(window.editor.texts.at(-1), 'Everything that a run needs is there; warnings: 1');
  });

  it('show a change before it is made', async () => {
    const window = await PlayedWindow.open({}, { ...PROJECT, 'Inference/LocalPreferences.toml': 'old\n' });
    const file = join(window.folder, 'LocalPreferences.toml');
    window.played.read = () =>
      Promise.resolve({
        files: [{ source: file, text: 'new\n', path: 'LocalPreferences.toml' }],
        cudaPin: '12.5',
        root: window.folder,
      });
    await window.run('pinCuda');
    const [, left, right] = window.editor.executed.at(-1) as unknown as [string, vscode.Uri, vscode.Uri];
    const texts = window.editor.contents.get('julia-kaggle-change');
    const textOf = (uri: vscode.Uri) => texts?.provideTextDocumentContent(uri, undefined as never);
    assert.deepEqual([textOf(left), textOf(right)], ['old\n', 'new\n']);
    assert.equal(window.editor.texts.at(-1), 'Change LocalPreferences.toml as shown?');
    assert.equal(await readFile(file, 'utf8'), 'old\n');
    window.played.read = () => Promise.resolve({ files: [] });
    await window.run('pinCuda');
    assert.match(window.editor.texts.at(-1) ?? '', /^Nothing to pin/);
  });

  it('have the build fetch an artifact, by name or asked for', async () => {
    const window = await PlayedWindow.open();
    await window.run('addArtifact', 'MKL');
    assert.equal(window.editor.texts.at(-1), 'The build fetches MKL already.');
    await window.run('addArtifact');
    window.played.addition = {
      file: join(window.folder, 'Artifacts.toml'),
      before: undefined,
      after: '[MKL]\n',
    };
    window.editor.reply('Add an Artifact', 'MKL').reply('Change Artifacts.toml as shown?', undefined);
    await window.run('addArtifact');
    assert.equal(window.editor.texts.at(-1), 'Change Artifacts.toml as shown?');
  });
});

describe('what a run left', () => {
  const warning = {
    kind: 'warning',
    stage: 'test',
    message: "Julia compiles 1 of the project's own methods in each run.",
    offer: 'precompile-statements',
  } as const;
  const statement = 'precompile(Tuple{typeof(Inference.main), Array{String, 1}})';

  it('is offered as a change of the package where the run compiled methods of its own', async () => {
    const source = 'module Inference\nmain() = 0\nend\n';
    const window = await PlayedWindow.open({}, { ...PROJECT, 'Inference/src/Inference.jl': source });
    const file = join(window.folder, 'src', 'Inference.jl');
    window.played.read = () => Promise.resolve({ root: window.folder, name: 'Inference' });
    window.editor.reply(warning.message, 'Add Precompile');
    window.tell(warning);
    await window.until(() => window.editor.texts.at(-1)?.startsWith('Nothing to add:'));
    const reports = join(window.folder, '.julia-kaggle', 'reports');
    await mkdir(reports, { recursive: true });
    await writeFile(join(reports, 'precompile.jl'), `${statement}\n`);
    window.editor.reply(warning.message, 'Add Precompile').reply('Change Inference.jl as shown?', 'Make');
    window.tell(warning);
    while ((await readFile(file, 'utf8')) === source) await window.settled();
    assert.ok((await readFile(file, 'utf8')).includes(`each run.\n${statement}\n\nend\n`));
    assert.ok(window.editor.executed.some(([id]) => id === 'vscode.diff'));
    // A warning of another kind is told where the run is.
    const before = window.editor.shown.length;
    window.tell({ kind: 'warning', stage: 'test', message: 'Other.' });
    await window.settled();
    assert.equal(window.editor.shown.length, before);
  });

  it('is shown with its size, and removed as far as it is chosen and agreed to', async () => {
    const window = await PlayedWindow.open();
    await window.run('clean');
    assert.equal(window.editor.texts.at(-1), 'There is nothing to remove.');
    window.played.kept = [
      { kind: 'depot', name: 'julia-kaggle-depot-1', bytes: 2e9 },
      { kind: 'tarballs', name: '/bundle', bytes: 1e6 },
    ];
    const title = 'Remove What Runs Left (2.00 GB)';
    await window.run('clean');
    window.editor.reply(title, ['Depot']).reply('Remove 2.00 GB of Inference?', undefined);
    await window.run('clean');
    assert.deepEqual(window.removed, []);
    window.editor.reply(title, ['Tarballs']).reply('Remove 1.00 MB of Inference?', 'Remove');
    await window.run('clean');
    assert.deepEqual(window.removed, ['/bundle']);
    assert.equal(window.editor.texts.at(-1), 'Removed 1.00 MB.');
    const error = new UserError({ code: 'engine-failed', title: 'In use.', actions: [{ title: 'Wait.' }] });
    window.played.stuck = window.played.kept.map((kept) => ({ kept, error }));
    window.editor.reply(title, ['Depot', 'Tarballs']).reply('Remove 2.00 GB of Inference?', 'Remove');
    await window.run('clean');
    assert.match(window.editor.texts.at(-1) ?? '', /^In use\./);
  });
});

describe('a new project', () => {
  const julia = { resolve: () => Promise.resolve('1.10.5') };
  /** A Kaggle with a competition whose sample has two columns of keys. */
  const kaggle = () => ({
    competitions: {
      list: () => Promise.resolve([]),
      search: () => Promise.resolve([]),
      get: () => Promise.resolve({ slug: 'harbour-tides' }),
      listFiles: () => Promise.resolve([{ name: 'sampleSubmission.csv', bytes: 40 }]),
      downloadFile: (_: string, __: object, path: string) =>
        writeFile(path, 'harbour,hour,height\nA,1,0.5\nA,2,0.5\nB,1,0.5\nB,2,0.5\n'),
    },
  });

  it('is written into the empty folder of the window, and can be submitted at once', async () => {
    const parent = await tempFolder({});
    const window = await PlayedWindow.open(
      { ports: { julia }, kaggle },
      {},
      (editor) => (editor.folders = [parent]),
    );
    window.editor.reply('Name of the package', 'Tides');
    const done = window.run('initProject');
    await window.until(() => window.editor.quickPicks.length === 1);
    const [pick] = window.editor.quickPicks;
    await window.until(() => pick?.busy === false);
    pick?.type('harbour-tides');
    await window.until(() => pick?.items.length === 1);
    pick?.choose('harbour-tides');
    await done;
    assert.match(await readFile(join(parent, 'JuliaKaggle.toml'), 'utf8'), /competition = "harbour-tides"/);
    assert.deepEqual(window.editor.files, [join(parent, 'src', 'Tides.jl')]);
    assert.match(window.editor.texts.at(-1) ?? '', /put your model into src\/Tides\.jl\.$/);
    assert.match(await readFile(join(parent, 'src', 'Tides.jl'), 'utf8'), /"sampleSubmission\.csv"/);
  });

  it('asks for the version of Julia where the server does not say which has long-term support', async () => {
    const release = (version: string) => ({
      stable: true,
      files: [
        {
          url: `https://julialang-s3.julialang.org/bin/linux/x64/x/julia-${version}-linux-x86_64.tar.gz`,
          ...{ triplet: 'x86_64-linux-gnu', extension: 'tar.gz', kind: 'archive' },
          ...{ sha256: '0'.repeat(64), size: 100_000_000 },
        },
      ],
    });
    const server = createServer((request, response) =>
      request.url === '/bin/versions.json'
        ? response.end(JSON.stringify({ '1.5.3': release('1.5.3'), '1.10.5': release('1.10.5') }))
        : response.writeHead(404).end(),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const parent = await tempFolder({});
    const unknown = ltsUnknown(`http://127.0.0.1:${port}`);
    const window = await PlayedWindow.open(
      { ports: { julia: { resolve: () => Promise.reject(unknown) } }, kaggle },
      {},
      (editor) => (editor.folders = [parent]),
    );
    window.editor.settings.set('juliaServer', `http://127.0.0.1:${port}`);
    window.editor.reply('Name of the package', 'Tides').reply('Choose the Julia Version', '1.5.3');
    const done = window.run('initProject');
    await window.until(() => window.editor.quickPicks[0]?.busy === false);
    window.editor.quickPicks[0]?.type('harbour-tides');
    await window.until(() => window.editor.quickPicks[0]?.items.length === 1);
    window.editor.quickPicks[0]?.choose('harbour-tides');
    await done;
    server.close();
    assert.match(await readFile(join(parent, 'Project.toml'), 'utf8'), /^julia = "1\.5/m);
  });

  it('expects the usual sample, and says so, while nobody is signed in', async () => {
    const parent = await tempFolder({});
    const error = new UserError({
      code: 'not-signed-in',
      title: 'You are not signed in.',
      actions: [{ title: 'Sign in.' }],
    });
    const window = await PlayedWindow.open(
      { ports: { julia }, kaggle: () => Promise.reject(error) },
      {},
      (editor) => (editor.folders = [parent]),
    );
    window.editor.reply('Name of the package', 'Tides');
    const done = window.run('initProject');
    await window.until(() => window.editor.quickPicks[0]?.busy === false);
    window.editor.quickPicks[0]?.type('harbour-tides');
    await window.until(() => window.editor.quickPicks[0]?.items.length === 1);
    window.editor.quickPicks[0]?.choose('harbour-tides');
    await done;
    assert.match(
      window.editor.texts.at(-1) ?? '',
      /It expects sample_submission\.csv, as that of harbour-tides was not looked at: You are not signed in\. Sign in\.$/,
    );
    assert.match(await readFile(join(parent, 'src', 'Tides.jl'), 'utf8'), /"sample_submission\.csv"/);
  });

  it('goes below a folder that has something in it, and opens it; or is given up at each question', async () => {
    const parent = await tempFolder({ 'notes.txt': '' });
    const window = await PlayedWindow.open({ ports: { julia }, kaggle }, {});
    await window.run('initProject');
    const choose = async (answer: string | undefined): Promise<void> => {
      window.editor.reply('Choose a Folder for the New Project', parent);
      const before = window.editor.quickPicks.length;
      const done = window.run('initProject');
      await window.until(() => window.editor.quickPicks.length > before);
      const pick = window.editor.quickPicks.at(-1);
      await window.until(() => pick?.busy === false);
      if (answer === undefined) pick?.hide();
      else {
        pick?.type(answer);
        await window.until(() => pick?.items.length === 1);
        pick?.choose(answer);
      }
      await done;
    };
    await choose(undefined);
    await choose('titanic');
    window.editor.reply('Name of the package', 'Ships');
    await choose('titanic');
    const [id, uri] = window.editor.executed.at(-1) as unknown as [string, vscode.Uri];
    assert.deepEqual([id, uri.fsPath], ['vscode.openFolder', join(parent, 'Ships')]);
  });
});

describe('an example', () => {
  /** Opens it into a new folder. @param folder that is open before. */
  async function opened(command: string, folder?: string) {
    const parent = await tempFolder({});
    const window = await PlayedWindow.open({}, {}, (editor) => {
      editor.folders = folder === undefined ? [] : [folder];
    });
    await window.run(command);
    window.editor.reply('Where Is the Example', parent);
    const home = process.env['JULIA_KAGGLE_CACHE'];
    process.env['JULIA_KAGGLE_CACHE'] = await tempFolder({});
    try {
      await window.run(command);
    } finally {
      if (home === undefined) delete process.env['JULIA_KAGGLE_CACHE'];
      else process.env['JULIA_KAGGLE_CACHE'] = home;
    }
    const [, uri, options] = window.editor.executed.at(-1) as unknown as [string, vscode.Uri, object];
    assert.equal(uri.fsPath, join(parent, 'julia-on-kaggle-example'));
    const made = window.context.globalState.get<unknown>('exampleMade');
    return { folder: uri.fsPath, made, options };
  }
  const next = ({ folder, made }: Awaited<ReturnType<typeof opened>>, isTrusted = true) =>
    PlayedWindow.open(
      { ports: { engine: () => assert.fail('no engine is needed') } },
      {},
      (editor, context) => {
        editor.folders = [folder];
        editor.isTrusted = isTrusted;
        return context.globalState.update('exampleMade', made);
      },
    );
  const welcomed = (window: PlayedWindow) => () =>
    window.editor.executed.some(([id]) => id === 'workbench.action.openWalkthrough');

  it('is copied to where the user says, alone, and its walkthrough goes along', async () => {
    const example = await opened('openExample');
    assert.deepEqual((await readdir(example.folder)).toSorted(), [
      ...['Inference', 'TideFeatures', 'artifacts', 'competition', 'models', 'train.jl'],
    ]);
    const window = await next(example);
    await window.until(welcomed(window));
    await window.settled();
    assert.equal(window.editor.contextKeys.get('juliaKaggle.localKaggle'), undefined);
  });

  it('that is quick begins with its local Kaggle, and nothing is asked', async () => {
    const example = await opened('openQuickExample');
    assert.deepEqual((await readdir(example.folder)).toSorted(), ['Sunshine', 'sunshine-hours']);
    const window = await next(example, false);
    await window.until(welcomed(window));
    await window.settled();
    assert.equal(window.editor.contextKeys.get('juliaKaggle.localKaggle'), undefined);
    window.editor.isTrusted = true;
    window.editor.event('onDidGrantWorkspaceTrust').fire();
    try {
      await window.until(() => window.editor.texts.length > 0);
      assert.deepEqual(
        window.editor.texts.map((text) => text.replace(/http:\S+/, '…')),
        [
          'A local Kaggle with the competition Sunshine hours answers at … Until it is stopped, this window works with it and not with kaggle.com.',
        ],
      );
    } finally {
      await window.run('stopLocalKaggle');
      await window.close();
    }
  });

  it('takes the window where there is nothing in it, and else one of its own', async () => {
    const inUse = await tempFolder({ 'notes.txt': 'The tide is high.\n' });
    for (const [folder, forceNewWindow] of [
      [undefined, false],
      [await tempFolder({}), false],
      [inUse, true],
    ] as const)
      assert.deepEqual((await opened('openQuickExample', folder)).options, { forceNewWindow });
  });

  it('shows the source that a first change suits', async () => {
    const window = await PlayedWindow.open();
    await window.run('openExampleSource');
    assert.deepEqual(window.editor.files, [join(window.folder, 'src', 'Inference.jl')]);
  });
});
