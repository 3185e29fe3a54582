// npm run walk: the way of a new user through a real VS Code in a browser, with the real engine, a Julia and the local
// Kaggle, told in clicks and seconds. It fails where the first score takes more than four clicks, or scrolling, and where
// what goes wrong takes more than two clicks to be right again. After `npm run package`.
//   npm run walk -- WORD…    only what has one of these words in its name: score, edited, competition, cancel, own, …
import { startWorld } from '../../support/world.ts';
import { Opened } from '../support/opened.ts';
import { setUp } from '../support/setup.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { VsCodeWindow } from '../support/window.ts';
import { failures } from './failures.ts';
import { emptyRegistry, engineThatGoes, writeContext } from './gone.ts';
import { Walker } from './walker.ts';
import { beginWalk, cancel, editAgain, ownPackage, reload, setUpOwnPackage, toTheScore } from './ways.ts';

/** The longest of the steps is all local stages on a very busy machine. */
const STEP_MS = 420_000;
const MOST_TO_SCORE = 4;
const MOST_TO_GREEN = 2;
const words = process.argv.slice(2);

await setUp('vscode.sh');
await setUp('chromium.sh');
const opened = new Opened();
try {
  const temp = await tempFolder();
  opened.add({ close: temp.remove });
  const world = opened.add(await startWorld());
  const engine = opened.add(await engineThatGoes(temp.path));
  const registry = opened.add(await emptyRegistry());
  const { HOME: _, ...environment }: Record<string, string> = {
    ...world.environment,
    DOCKER_HOST: engine.address,
  };
  const settings = { 'juliaKaggle.image': world.image };
  const workspace = (): Promise<string> => Promise.resolve(world.project);
  const window = opened.add(await open({ workspace, settings, environment }));
  const walker = new Walker(window);
  const around = { world, window, engine, registry };
  const ways = [
    { what: 'first score', walk: () => toTheScore(walker, window, MOST_TO_SCORE) },
    { what: 'one line edited', walk: () => editAgain(walker, around) },
    ...failures(around).map((failure) => ({
      what: failure.what,
      walk: () => walker.break(failure, MOST_TO_GREEN),
    })),
    { what: 'cancel', walk: () => cancel(walker, around) },
    { what: 'reload', walk: () => reload(walker, around) },
    {
      what: 'own package',
      walk: async () => {
        // By its own way: the engine of the window before may be away.
        const { DOCKER_HOST: __, ...own } = environment;
        walker.window = opened.add(await open({ workspace: ownPackage, settings, environment: own }));
        await setUpOwnPackage(walker, walker.window, MOST_TO_GREEN);
      },
    },
  ];
  try {
    await beginWalk(walker, window);
    for (const { what, walk } of ways)
      if (words.length === 0 || words.some((word) => what.includes(word))) await walk();
  } catch (error) {
    walker.fault(error instanceof Error ? (error.stack ?? error.message) : String(error));
    await walker.window.picture('walk-end');
  }
  process.exitCode = walker.isGood ? 0 : 1;
} finally {
  await opened.close();
}

async function open(options: Parameters<typeof VsCodeWindow.open>[0]): Promise<VsCodeWindow> {
  const window = await VsCodeWindow.open(options);
  window.page.setDefaultTimeout(STEP_MS);
  await writeContext(`${window.server.folder}/home`, 'this-machine');
  return window;
}
