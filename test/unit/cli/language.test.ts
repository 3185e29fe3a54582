import { strict as assert } from 'node:assert';
import { isChinese } from '../../../src/cli/language.ts';

describe('the language of the terminal', () => {
  it('is Simplified Chinese where the first variable that is set says zh_CN', () => {
    assert.ok(isChinese({ LANG: 'zh_CN.UTF-8' }));
    assert.ok(isChinese({ LC_ALL: '', LC_MESSAGES: 'zh_CN', LANG: 'de_DE.UTF-8' }));
    assert.ok(!isChinese({ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }));
    assert.ok(!isChinese({ LANG: 'zh_TW.UTF-8' }));
    assert.ok(!isChinese({}));
  });
});
