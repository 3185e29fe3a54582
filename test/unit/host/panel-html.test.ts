import { strict as assert } from 'node:assert';
import { panelHtml } from '../../../src/host/panel/page.ts';

const RESOURCES = {
  script: 'https://webview/panel.js',
  style: 'https://webview/panel.css',
  source: 'https://webview',
  nonce: 'bm9uY2U=',
  language: 'en',
  title: 'Julia on Kaggle',
  place: 'view',
} as const;

describe('the page of the panel', () => {
  it('allows its own style, its one script and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(panelHtml(RESOURCES))?.[1];
    assert.equal(policy, "default-src 'none'; style-src https://webview; script-src 'nonce-bm9uY2U='");
  });

  it('has no script or style of its own in the text', () => {
    const html = panelHtml(RESOURCES);
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.doesNotMatch(html, /<style|\son\w+=|style=/);
  });

  it('takes what it is given as text', () => {
    assert.match(
      panelHtml({ ...RESOURCES, title: '"><script>alert(1)</script>' }),
      /&quot;&gt;&lt;script&gt;/,
    );
  });
});
