import { strict as assert } from 'node:assert';
import * as l10n from '@vscode/l10n';
import { isChinese, speakAs } from '../../../src/cli/language.ts';
import { table } from '../../../src/cli/outcome-table.ts';
import { shortenedTo, widthOf } from '../../../src/cli/width.ts';

const CHINESE = { LANG: 'zh_CN.UTF-8' };

describe('the language of the terminal', () => {
  afterEach(() => l10n.config({ contents: {} }));

  it('is Simplified Chinese where the first variable that is set says zh_CN', () => {
    assert.ok(isChinese({ LANG: 'zh_CN.UTF-8' }));
    assert.ok(isChinese({ LC_ALL: '', LC_MESSAGES: 'zh_CN', LANG: 'de_DE.UTF-8' }));
    assert.ok(!isChinese({ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }));
    assert.ok(!isChinese({ LANG: 'zh_TW.UTF-8' }));
    assert.ok(!isChinese({}));
  });

  it('is not that of output for programs', async () => {
    await speakAs(CHINESE, ['status', '--json']);
    assert.equal(l10n.t('up to date'), 'up to date');
    await speakAs(CHINESE, ['history', '--csv']);
    assert.equal(l10n.t('up to date'), 'up to date');
    await speakAs(CHINESE, ['status']);
    assert.equal(l10n.t('up to date'), '已是最新');
  });

  it('has columns that stand below each other, and lines that end with the window', () => {
    const lines = table(
      ['阶段', '状态', '结果'],
      [
        ['build', '完成', 'A'],
        ['test', 'ok', 'B'],
      ],
    ).split('\n');
    assert.deepEqual(lines, ['阶段   状态  结果', 'build  完成  A', 'test   ok    B']);
    assert.equal(shortenedTo('正在构建', 9), '正在构建');
    assert.equal(shortenedTo('正在构建', 8), '正在构…');
    assert.ok(widthOf(shortenedTo('build 正在实例化并预编译', 20)) < 20);
    assert.equal(shortenedTo('instantiating', 10), 'instanti…');
  });
});
