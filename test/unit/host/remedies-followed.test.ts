import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { UserError } from '../../../src/base/errors.ts';
import { remedyAction } from '../../../src/host/editor/remedies.ts';
import { PlayedWindow, PROJECT } from './window.ts';

const SOURCES = join(import.meta.dirname, '..', '..', '..', 'src');

/** A remedy, what its button says, and what a person has of taking it. */
interface Followed {
  readonly command: string;
  readonly label: string;
  /** Answers what is asked, before the button is taken. */
  readonly before?: (window: PlayedWindow) => unknown;
  /** Holds as soon as it is done. */
  readonly done: (window: PlayedWindow) => boolean;
}

/** What the editor saved of JuliaKaggle.toml last. */
const config = ({ editor }: PlayedWindow): string =>
  editor.documents.find(({ fileName }) => fileName.endsWith('JuliaKaggle.toml'))?.saved.at(-1) ?? '';
const asked =
  (text: string) =>
  ({ editor }: PlayedWindow): boolean =>
    editor.texts.some((each) => each.startsWith(text));
/** The run that failed is the first. */
const secondRun =
  (holds: (request: PlayedWindow['requests'][number]) => boolean) =>
  ({ requests: [, second] }: PlayedWindow): boolean =>
    second !== undefined && holds(second);
/** Julia's site, without a release: there are channels all the same. */
async function juliaSite(): Promise<string> {
  const server = createServer((_, response) => void response.end('{}'));
  server.unref();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Its address is a port's: it does not listen on a pipe.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const KEPT = [{ kind: 'depot', name: 'julia-kaggle-depot-1', bytes: 2e9 }] as const;

const FOLLOWED: readonly Followed[] = [
  {
    command: 'mode depot',
    label: 'Use the Depot',
    done: (window) => /^mode = "depot"$/m.test(config(window)),
  },
  { command: 'mode app', label: 'Use an App', done: (window) => /^mode = "app"$/m.test(config(window)) },
  {
    command: 'mode sysimage',
    label: 'Use a System Image',
    done: (window) => /^mode = "sysimage"$/m.test(config(window)),
  },
  {
    command: 'run',
    label: 'Submit',
    // With nothing to be asked about: the plan is made first.
    before: ({ played }) => (played.noPlan = new Error('There is none.')),
    done: secondRun(({ until }) => until === 'submit'),
  },
  {
    command: 'run --until rehearse',
    label: 'Run up to Rehearse',
    done: secondRun(({ until }) => until === 'rehearse'),
  },
  {
    command: 'run --fresh build',
    label: 'Run Build Anew',
    done: secondRun(({ fresh, until }) => fresh === 'build' && until === 'rehearse'),
  },
  {
    command: 'choose-competition titanic',
    label: 'Use titanic',
    done: (window) => config(window) === 'competition = "titanic"\n',
  },
  {
    command: 'choose-competition',
    label: 'Choose Competition…',
    done: ({ editor }) => {
      editor.quickPicks[0]?.hide();
      return editor.quickPicks.length === 1;
    },
  },
  {
    command: 'choose-entry',
    label: 'Choose What Is Run…',
    before: ({ editor }) => editor.reply('Choose What Is Run', 'train.jl'),
    done: (window) => config(window).includes('script = "train.jl"'),
  },
  {
    command: 'choose-entry train.jl',
    label: 'Use train.jl',
    done: (window) => config(window).includes('script = "train.jl"'),
  },
  {
    command: 'resolve --write',
    label: 'Resolve…',
    before: ({ editor }) => editor.reply('Change Manifest.toml as shown?', undefined),
    done: (window) => asked('Change Manifest.toml as shown?')(window) && window.added.join() === '',
  },
  {
    command: 'resolve add CSV Flux',
    label: 'Add CSV, Flux…',
    before: ({ editor }) => editor.reply('Change Manifest.toml as shown?', undefined),
    done: (window) => asked('Change Manifest.toml as shown?')(window) && window.added.join() === 'CSV,Flux',
  },
  {
    command: 'resolve without Own',
    label: 'Take Own from a Registry…',
    before: ({ editor }) => editor.reply('Change Manifest.toml as shown?', undefined),
    done: (window) => asked('Change Manifest.toml as shown?')(window) && window.without.join() === 'Own',
  },
  {
    command: 'skip-cells 1, 3',
    label: 'Leave the Cells Out',
    done: (window) => config(window).includes('skip = [ 1, 3 ]'),
  },
  {
    command: 'add-artifact MKL --write',
    label: 'Add MKL…',
    done: asked('The build fetches MKL already.'),
  },
  { command: 'pin-cuda --write', label: 'Pin CUDA…', done: asked('Nothing to pin') },
  {
    command: 'clean',
    label: 'Clean…',
    before: ({ editor }) =>
      editor.reply('Remove What Runs Left', ['Depot']).reply('Remove 2.00 GB of Inference?', 'Remove'),
    done: ({ removed }) => removed.join() === 'julia-kaggle-depot-1',
  },
  { command: 'login', label: 'Sign In…', done: asked('Sign In to Kaggle') },
  {
    command: 'allow-outside',
    label: 'Allow Reading…',
    done: secondRun(({ until }) => until === 'project'),
  },
  {
    command: 'choose-engine',
    label: 'Choose Docker Engine…',
    before: ({ editor }) => editor.reply('Choose the Docker Engine', 'As for the docker command'),
    done: ({ editor }) => editor.settings.has('dockerContext'),
  },
  {
    command: 'choose-julia',
    label: 'Choose Julia Version…',
    before: async ({ editor }) => {
      editor.settings.set('juliaServer', await juliaSite());
      editor.reply('Choose the Julia Version', 'lts');
    },
    done: (window) => config(window).includes('julia = "lts"'),
  },
  {
    command: 'choose-image',
    label: 'Choose Image…',
    before: ({ editor }) =>
      editor.reply('Choose the Image', 'on this machine').reply('Choose the Image', 'x:1'),
    done: ({ editor }) => editor.settings.get('image') === 'x:1',
  },
  { command: 'start-engine', label: 'Start the Engine', done: ({ editor }) => editor.typed.length === 1 },
];

describe('every remedy with a button', () => {
  for (const { command, label, before, done } of FOLLOWED)
    it(`${label}: the button does it`, async () => {
      const error = new UserError({ code: 'julia-failed', title: 'No.', actions: [{ title: 'x', command }] });
      let runs = 0;
      const window = await PlayedWindow.open(
        {
          run: () => (runs++ === 0 ? Promise.reject(error) : Promise.resolve({})),
          kept: KEPT,
          read: () => Promise.resolve({ files: [] }),
        },
        { ...PROJECT, 'Inference/train.jl': '1\n' },
      );
      await window.run('runStage', 'test');
      const page = window.page();
      const { problem } = await page.state((state) => state.problem !== undefined);
      assert.equal(problem?.remedies[0]?.action?.label, label);
      await before?.(window);
      page.view.send({ kind: 'take-remedy', command });
      await window.until(() => done(window));
    });

  it('is one of these, wherever the program names a command', () => {
    const followed = new Set(FOLLOWED.map(({ command }) => command.split(' ')[0]));
    const named = namedCommands();
    assert.ok(named.length > 20, named.join());
    assert.deepEqual(
      named.filter((command) => remedyAction(command) === undefined),
      [],
    );
    assert.deepEqual(
      named.filter((command) => !followed.has(command.split(' ')[0])),
      [],
    );
  });
});

/** As `command: 'mode depot'`, by a constant, or as what the editor does about a code of errors. */
function namedCommands(): string[] {
  const texts = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(base|core|kaggle|julia|docker)\W.*\.ts$/.test(name))
    .map((name) => readFileSync(join(SOURCES, name), 'utf8'));
  const literals = texts.flatMap((text) => [
    ...matches(text, /\bcommand: (?:\w+ \? )?['`]([a-z-]+(?: [^'`]*)?)['`]/g),
    ...matches(text, /\bcommand: \w+ \? [^:]+ : '([a-z-]+)'/g),
    ...matches(text, /\bcommand: ([A-Z_]+)\b/g).flatMap((name) =>
      matches(text, new RegExp(`const ${name} = '([^']+)'`, 'g')),
    ),
  ]);
  const offers = readFileSync(join(SOURCES, 'host', 'editor', 'remedies.ts'), 'utf8');
  const table = /OFFERS[^=]*= \{(.*?)\n\};/s.exec(offers)?.[1] ?? '';
  return [...literals, ...matches(table, /: '([a-z-]+)'/g)];
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}
