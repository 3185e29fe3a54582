import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { filled, html, type Part } from '../../../src/sandbox/page/html.ts';

describe('sandbox: HTML', () => {
  it('takes every text as text, in an element and in an attribute', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const escaped = html`<p title="${text}">${text}</p>`.text;
        const [, title = '', content = ''] = /^<p title="([^"]*)">([^<]*)<\/p>$/.exec(escaped) ?? [];
        assert.deepEqual([unescaped(title), unescaped(content)], [text, text]);
      }),
    );
  });

  it('keeps what is HTML already, joins lists and writes nothing for what is absent', () => {
    const list: Part[] = ['a<b', 7, undefined, false, html`<i>${'&'}</i>`];
    assert.equal(html`<p>${list}</p>`.text, '<p>a&lt;b7<i>&amp;</i></p>');
  });

  it('fills a translated sentence with HTML, wherever its language has the places', () => {
    assert.equal(filled('<{1}> & {0}', html`<b>x</b>`, 'a<b').text, '&lt;a&lt;b&gt; &amp; <b>x</b>');
  });
});

function unescaped(text: string): string {
  const characters = ['<', '>', '"', "'", '&'];
  return characters.reduce((rest, character) => rest.replaceAll(html`${character}`.text, character), text);
}
