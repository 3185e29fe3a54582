import { strict as assert } from 'node:assert';
import bundle from '../../../l10n/bundle.l10n.zh-cn.json' with { type: 'json' };
import packageJson from '../../../package.json' with { type: 'json' };
import english from '../../../package.nls.json' with { type: 'json' };
import chinese from '../../../package.nls.zh-cn.json' with { type: 'json' };
import { placeholdersOf, translatableTexts, untranslatableTitles } from '../../support/l10n-strings.ts';

describe('the translation into simplified Chinese', () => {
  const translations = new Map(Object.entries(bundle));
  const texts = [...new Set(translatableTexts().map(({ text }) => text))];

  it('is where VS Code looks for it', () => {
    assert.equal(packageJson.l10n, './l10n');
  });

  it('has every text of the code, and none that is not there any more', () => {
    assert.ok(texts.length > 100);
    assert.deepEqual([...translations.keys()].sort(), texts.toSorted());
  });

  it('has every title of an error of the adapters, and of its remedies', () => {
    assert.deepEqual(
      untranslatableTitles(['src/base', 'src/kaggle', 'src/docker', 'src/julia', 'src/core', 'src/cli']),
      [],
    );
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

/** What a translation may not change: targets of links, and what stands between backticks. */
function keptParts(text: string): string[] {
  return (text.match(/\]\([^)]*\)|`[^`]*`/g) ?? []).sort();
}
