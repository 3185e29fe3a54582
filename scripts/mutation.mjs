// npm run mutation [-- PART...]: does a test fail when a line of the pure parts is changed? Not in CI: it takes long.
// The pure parts are the plans, parsers and state machines: what neither waits nor touches a file. Left out are lists of
// texts and types, in which a change is a change of words.
// It prints the mutants that no test noticed, and the score of each file: mutants noticed of all that were made.
import { Stryker } from '@stryker-mutator/core';

/** By part: where its tests are, and its files. */
const PARTS = {
  base: { tests: 'base/**/*', files: ['src/base/{lines,unified-diff,transfer-meter,nearest}.ts'] },
  contract: {
    tests: '{contract,rehearse}/**/*',
    files: [
      'src/core/contract/{datasets,depot/{julia-environment,mode-comparison,staged-files},diagnosis/julia-log}.ts',
      'src/core/contract/{image/{limits,paths,run-command},notebook/{own-cells,step-reports}}.ts',
    ],
  },
  diagnosis: {
    tests: 'contract/**/*',
    files: ['src/core/contract/diagnosis/{depot-change,diagnose,julia-exception,recompilation}.ts'],
  },
  docker: {
    tests: 'docker/**/*',
    files: ['src/docker/{container-options,demultiplex,notebook-log,pull-progress}.ts'],
  },
  julia: {
    tests: '{julia,project}/**/*',
    files: ['src/julia/{artifacts,channel,julia-version,toml,toml-edit,toml-outline,versions-index}.ts'],
  },
  kaggle: { tests: 'kaggle/**/*', files: ['src/kaggle/{event-stream,upload-state,notebook-log}.ts'] },
  notebook: { tests: '{cli,notebook}/**/*', files: ['src/core/notebook/kernel-metadata.ts'] },
  pack: {
    tests: 'pack/**/*',
    files: [
      'src/core/pack/{base-and-delta,choose-entries,depot-facts,plan}.ts',
      'src/core/pack/compiled/{compiler-facts,judge-artifacts,versions}.ts',
    ],
  },
  pipeline: { tests: 'pipeline/history*', files: ['src/core/pipeline/history.ts'] },
  project: {
    tests: 'project/**/*',
    files: [
      'src/core/{project/{cuda-pin,layout,local-caches},scaffold/artifact-addition}.ts',
      'src/core/project/run-settings.ts',
      'src/core/contract/slugs.ts',
    ],
  },
  rehearse: { tests: 'rehearse/**/*', files: ['src/core/rehearse/{judge,projection}.ts'] },
  submit: { tests: 'submit/**/*', files: ['src/core/submit/{better-score,checks}.ts'] },
  upload: { tests: 'upload/**/*', files: ['src/core/upload/decide.ts'] },
};

/** At least so many of a hundred are to be noticed. */
const BAR = 80;

const NOTICED = new Set(['Killed', 'Timeout']);
const UNNOTICED = new Set(['Survived', 'NoCoverage']);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((part) => !(part in PARTS));
if (unknown.length > 0)
  throw new Error(`No part is called ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`);

const counts = new Map();
const unmeasured = [];
for (const part of wanted.length > 0 ? wanted : Object.keys(PARTS)) {
  try {
    (await mutants(PARTS[part])).forEach(count);
  } catch (error) {
    // Its tests fail as they are, e.g. on a machine that is too busy; the other parts can be measured all the same.
    unmeasured.push(part);
    console.error(error.message);
  }
}
process.exitCode = report() >= BAR && unmeasured.length === 0 ? 0 : 1;
if (unmeasured.length > 0) console.error(`not measured: ${unmeasured.join(', ')}`);

function mutants({ tests, files }) {
  return new Stryker({
    testRunner: 'mocha',
    mochaOptions: { spec: [`test/{unit,property}/${tests}.test.ts`], require: ['tsx'] },
    plugins: ['@stryker-mutator/mocha-runner'],
    coverageAnalysis: 'perTest',
    mutate: files,
    ignorePatterns: ['dist', 'coverage', '.demo', 'docs/pictures', '**/.julia-kaggle'],
    reporters: ['clear-text'],
    clearTextReporter: { reportTests: false, logTests: false, reportScoreTable: false, allowColor: false },
    tempDirName: 'node_modules/.cache/stryker',
    concurrency: 2,
    allowConsoleColors: false,
  }).runMutationTest();
}

function count({ fileName, status }) {
  const file = counts.get(fileName) ?? { noticed: 0, all: 0 };
  if (NOTICED.has(status)) file.noticed += 1;
  if (NOTICED.has(status) || UNNOTICED.has(status)) file.all += 1;
  counts.set(fileName, file);
}

/** Prints the scores, and gives the one of all files together. */
function report() {
  const total = { noticed: 0, all: 0 };
  console.log('\n  score   noticed   file');
  for (const [fileName, { noticed, all }] of [...counts].sort()) {
    line(fileName.slice(process.cwd().length + 1), noticed, all);
    total.noticed += noticed;
    total.all += all;
  }
  line('all files', total.noticed, total.all);
  return (total.noticed / total.all) * 100;
}

function line(name, noticed, all) {
  const score = ((noticed / all) * 100).toFixed(1);
  console.log(`${score.padStart(6)} %  ${`${noticed}/${all}`.padStart(8)}   ${name}`);
}
