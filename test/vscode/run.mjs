// Runs the tests in a real VS Code: first those inside its extension host, then those in its window.
//   node test/vscode/run.mjs [WORD]      WORD: only the tests of files whose name has it
// Needs dist/ and dist/julia-on-kaggle.vsix (`npm run package`). Closing line: N passed, N failed, N skipped.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { register } from 'tsx/esm/api';

register();
const { setUp } = await import('./support/setup.ts');
const { launchBrowser } = await import('./support/browser.ts');
const { runInExtensionHost } = await import('./support/integration-window.ts');
const { exampleProject, foreignFolder, projectWithHistory, threeProjects } =
  await import('./support/workspaces.ts');

const [word = ''] = process.argv.slice(2);
/** Those of one line share a window. */
const hostTests = [
  { files: ['example.test.ts', 'config-help.test.ts', 'tools.test.ts'], workspace: exampleProject },
  { files: ['foreign-folder.test.ts'], workspace: foreignFolder },
  { files: ['native.test.ts'], workspace: projectWithHistory },
  { files: ['three-projects.test.ts'], workspace: threeProjects },
]
  .map(({ files, workspace }) => ({ files: files.filter((file) => file.includes(word)), workspace }))
  .filter(({ files }) => files.length > 0);

// Before any test, as the first time takes longer than a test may.
await setUp('vscode.sh');
await setUp('chromium.sh');

const mocha = new Mocha({
  ui: 'bdd',
  timeout: 180_000,
  reporter: join(import.meta.dirname, '..', 'reporter.cjs'),
});

/** Puts a result of the extension host among the tests of this process, so that all are told together. */
function replay({ title, error }) {
  const suite = title.slice(0, -1).reduce(childSuite, mocha.suite);
  const test = new Mocha.Test(title.at(-1), () => {
    if (error !== undefined) throw Object.assign(new Error(error.split('\n')[0]), { stack: error });
  });
  suite.addTest(test);
}

function childSuite(parent, title) {
  return parent.suites.find((suite) => suite.title === title) ?? Mocha.Suite.create(parent, title);
}

if (hostTests.length > 0) {
  const browser = await launchBrowser();
  try {
    for (const tests of hostTests) (await runInExtensionHost(tests, browser)).forEach(replay);
  } finally {
    await browser.close();
  }
}

const folder = join(import.meta.dirname, 'e2e');
const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts') && name.includes(word));
for (const name of files.sort()) mocha.addFile(join(folder, name));
await mocha.loadFilesAsync();
mocha.run((failures) => {
  process.exitCode = failures > 0 ? 1 : 0;
});
