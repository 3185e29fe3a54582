// mocha's reporter for `npm run test:windows`: a line of JSON for each test as it begins and ends, so that one that never
// ends, or ends the process, is known by its name.
const { appendFileSync, writeFileSync } = require('node:fs');
const { Runner } = require('mocha');

/** mocha calls it with `new`. */
module.exports = function (runner, { reporterOption: { output } }) {
  writeFileSync(output, '');
  const tell = (event, test, more) =>
    appendFileSync(output, `${JSON.stringify({ event, title: test.fullTitle(), ...more })}\n`);
  const { constants } = Runner;
  runner.on(constants.EVENT_TEST_BEGIN, (test) => tell('begin', test));
  runner.on(constants.EVENT_TEST_PASS, (test) => tell('pass', test, { milliseconds: test.duration }));
  runner.on(constants.EVENT_TEST_FAIL, (test, error) =>
    tell('fail', test, { error: error.stack ?? String(error) }),
  );
  runner.on(constants.EVENT_TEST_PENDING, (test) => tell('skip', test));
  runner.once(constants.EVENT_RUN_END, () => appendFileSync(output, '{"event":"end"}\n'));
};
