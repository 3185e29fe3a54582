// npm run mutation: does a test fail when a line of the pure parts is changed? Not in CI. One file: npm run mutation -- --mutate FILE
export default {
  testRunner: 'mocha',
  mochaOptions: {
    spec: ['test/{unit,property}/{contract,julia,pack,pipeline,project,rehearse,submit,upload}/**/*.test.ts'],
    require: ['tsx'],
  },
  plugins: ['@stryker-mutator/mocha-runner'],
  coverageAnalysis: 'perTest',
  mutate: [
    'src/core/contract/limits.ts',
    'src/core/pack/plan.ts',
    'src/core/rehearse/projection.ts',
    'src/core/submit/better-score.ts',
    'src/core/submit/checks.ts',
    'src/core/upload/decide.ts',
    'src/julia/julia-version.ts',
    'src/julia/versions-index.ts',
  ],
  ignorePatterns: ['dist', 'coverage', '.demo', 'docs/pictures', '**/.julia-kaggle'],
  reporters: ['clear-text', 'progress-append-only'],
  tempDirName: 'node_modules/.cache/stryker',
  concurrency: 2,
  thresholds: { high: 90, low: 80, break: 80 },
};
