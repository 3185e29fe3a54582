import { strict as assert } from 'node:assert';
import bundle from '../../../l10n/bundle.l10n.zh-cn.json' with { type: 'json' };
import packageJson from '../../../package.json' with { type: 'json' };
import english from '../../../package.nls.json' with { type: 'json' };
import chinese from '../../../package.nls.zh-cn.json' with { type: 'json' };
import {
  parse,
  placeholdersOf,
  readSources,
  translatableTexts,
  untranslatedSentences,
} from '../../support/l10n-strings.ts';

/** Below src: whose sentences are English in every language (docs/decisions/0017). */
const ENGLISH = [
  // Descriptions of the schema, of which the reference and the help in the editor are made.
  'core/config-file.ts',
  'core/packing.ts',
  'core/project/config-schema.ts',
  'core/project/config-values.ts',
  // Reports and what logs say.
  'base/kept-lines.ts',
  'core/build/get-image.ts',
  'core/pack/base-and-delta.ts',
  'core/pack/choose-entries.ts',
  'core/pack/compiled/judge-artifacts.ts',
  'core/pack/compiled/report.ts',
  'core/pack/depot-report.ts',
  'core/pipeline/reporter.ts',
  'host/editor/log.ts',
  // Names of Kaggle's, of Docker's and of Julia's, and their words.
  'base/private-places.ts',
  'core/contract/diagnosis/diagnose.ts',
  'core/contract/diagnosis/gateway-result.ts',
  'core/contract/diagnosis/julia-',
  'core/contract/diagnosis/rules/',
  'core/kaggle-machines.ts',
  'core/submit/explain.ts',
  'docker/',
  'julia/download-errors.ts',
  'julia/jupyter.ts',
  'julia/pluto.ts',
  // What is kept and compared in English, and has its words elsewhere.
  'core/project/secret-',
  'kaggle/upload-journal.ts',
  // Files that are written, and programs in them.
  'base/unified-diff.ts',
  'core/build/plan.ts',
  'core/contract/image/run-command.ts',
  'core/pack/compiled/wrapper.ts',
  'core/project/config.ts',
  'core/rehearse/load-checks.ts',
  'core/scaffold/',
  'core/test/test-stage.ts',
  'host/config/write-config.ts',
  // What Kaggle is told.
  'core/contract/notebook/ipynb.ts',
  'core/contract/slugs.ts',
  'core/submit/description.ts',
  'core/upload/upload-stage.ts',
  'kaggle/authorization.ts',
  'kaggle/blobs.ts',
  'kaggle/oauth/',
  // Commands to type, and pieces of a page or of the status bar around words that are translated.
  'base/readable-places.ts',
  'cli/init-command.ts',
  'cli/sandbox-command.ts',
  'host/config/choose-entry.ts',
  'host/config/start-engine.ts',
  'host/panel/page.ts',
  // Durations and times, ids that are no words.
  'base/format.ts',
  'cli/cost-table.ts',
  'host/datasets/dataset-tree.ts',
  'host/submissions/',
  // What the local Kaggle answers as Kaggle does.
  'sandbox/answers.ts',
  'sandbox/api-error.ts',
  'sandbox/archive.ts',
  'sandbox/authorize.ts',
  'sandbox/content.ts',
  'sandbox/control.ts',
  'sandbox/dataset-versions.ts',
  'sandbox/faults/injected.ts',
  'sandbox/kernel-',
  'sandbox/log-stream.ts',
  'sandbox/page-access.ts',
  'sandbox/page/account-pages.ts',
  'sandbox/pages.ts',
  'sandbox/paging.ts',
  'sandbox/published.ts',
  'sandbox/records.ts',
  'sandbox/rerun-outcome.ts',
  'sandbox/rpc/',
  'sandbox/save-kernel.ts',
  'sandbox/score.ts',
  'sandbox/server.ts',
  'sandbox/small-image.ts',
  'sandbox/start.ts',
  'sandbox/storage.ts',
  'sandbox/submission-runs.ts',
  'sandbox/uploads.ts',
];

describe('the translation into simplified Chinese', () => {
  const translations = new Map(Object.entries(bundle));
  const sources = readSources();
  const texts = [...new Set(sources.flatMap(translatableTexts).map(({ text }) => text))];

  it('is where VS Code looks for it', () => {
    assert.equal(packageJson.l10n, './l10n');
  });

  it('has every text of the code, and none that is not there any more', () => {
    assert.ok(texts.length > 100);
    assert.deepEqual([...translations.keys()].sort(), texts.toSorted());
  });

  it('has every sentence of the program, but for those that are English on purpose', () => {
    const english = sources.flatMap((source) =>
      untranslatedSentences(source).map((text) => ({ file: source.fileName, text })),
    );
    const isOnPurpose = (file: string): boolean => ENGLISH.some((place) => file.startsWith(place));
    assert.deepEqual(
      english.filter(({ file }) => !isOnPurpose(file)),
      [],
    );
    const needless = ENGLISH.filter((place) => !english.some(({ file }) => file.startsWith(place)));
    assert.deepEqual(needless, [], 'places without an English sentence');
  });

  it('has the placeholders of the text that it stands for', () => {
    for (const [text, translation] of translations) {
      assert.deepEqual(placeholdersOf(translation), placeholdersOf(text), text);
      assert.notEqual(translation.trim(), '', text);
    }
  });

  it('has every text of package.json, with the same links and code', () => {
    assert.deepEqual(Object.keys(chinese).sort(), Object.keys(english).sort());
    const translated = new Map(Object.entries(chinese));
    for (const [name, text] of Object.entries(english)) {
      assert.deepEqual(keptParts(translated.get(name) ?? ''), keptParts(text), name);
    }
  });
});

describe('the search for sentences that are not translated', () => {
  const found = (text: string): string[] => untranslatedSentences(parse('x.ts', text));

  it('finds one in whatever it is said', () => {
    const said = [
      "throw new UserError({ title: 'It is gone.' })",
      'throw new UserError({ title: `${name} is gone.` })',
      "const actions = [{ title: isOld ? 'Make it anew.' : l10n.t('Look at it.') }]",
      "return { because: 'since it is gone' }",
      'const plan = () => `submit ${thing}`',
      "const summary = () => ['score ' + n, `run of ${n}`].join(', ')",
      "context.warn('It is late.')",
      'progress(`waiting for ${name}`)',
      "printLine(stdout, 'Removed nothing.')",
      "command.option('--json', 'as JSON')",
      "const item = { label, description: 'in use' }",
      "const reason = (): string => { switch (x) { case 'a b': return 'it is old' } }",
      "l10n.t('{0}, which {1}', words, `ended on ${day}`)",
      'html`<p class="a b">Nothing is here.</p>`',
      "const RULES = [[/a b/, () => 'It is a rule.']]",
    ];
    for (const text of said) assert.equal(found(text).length, 1, text);
  });

  it('passes over what is translated, and what no user reads', () => {
    const others = [
      "throw new UserError({ title: l10n.t('It is gone.'), command: 'run --fresh build' })",
      "throw new Error('It cannot be.')",
      "this.logger.warn('It is late.'); context.log('note', `layer ${id}`); log.info('It is so.')",
      "if (line === 'Already exists' || line.startsWith('Pulling fs')) go()",
      "import x from './a b.ts'; type T = 'a b'",
      "const SIGNS = [[/^ERROR: (.*)/, 'ERROR: it is so']]",
      "const path = `${folder}/logs/test.log`, key = 'a-key', title = 'Julia on Kaggle'",
      'html`<p class="a b">${l10n.t(\'Nothing is here.\')}</p>`',
    ];
    for (const text of others) assert.deepEqual(found(text), [], text);
  });
});

/** What a translation may not change: targets of links, and what stands between backticks. */
function keptParts(text: string): string[] {
  return (text.match(/\]\([^)]*\)|`[^`]*`/g) ?? []).sort();
}
