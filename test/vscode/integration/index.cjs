// VS Code loads this file in the extension host and calls run(), which runs the tests of the files TEST_FILES in its folder.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
require('tsx/cjs');
const Mocha = require('mocha');

// Results are taken from the events of the run; a reporter that prints would only reach the log of the window.
const { Base: SilentReporter } = Mocha.reporters;

async function run() {
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, reporter: SilentReporter });
  for (const name of process.env.TEST_FILES.split(' ')) mocha.addFile(path.join(__dirname, name));
  const results = [];
  const failures = await new Promise((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => results.push({ title: test.titlePath() }))
      .on('fail', (test, error) =>
        results.push({ title: test.titlePath(), error: String(error?.stack ?? error) }),
      );
  });
  // TMPDIR is the folder of this server.
  fs.writeFileSync(path.join(process.env.TMPDIR, 'results.json'), JSON.stringify(results));
  if (failures > 0) throw new Error(`${failures} failed`);
}

module.exports = { run };
