import { html, nothing, type TemplateResult } from 'lit';
import type { PanelState, Problem, Remedy } from '../../src/protocol/panel-state.ts';
import type { Send } from './host.ts';
import { icon } from './icon.ts';

/** What went wrong, and what to do about it. */
export function problemBox(problem: Problem, labels: PanelState['labels'], send: Send): TemplateResult {
  const { title, detail, remedies } = problem;
  return html`<section class="problem" aria-labelledby="problem-title">
    <h2 id="problem-title">${icon('failed')}<span>${title}</span></h2>
    ${detail === undefined ? nothing : html`<pre tabindex="0" aria-label=${labels.details}>${detail}</pre>`}
    <h3>${labels.remedies}</h3>
    <ul>
      ${remedies.map((remedy) => html`<li>${remedyText(remedy, send)}</li>`)}
    </ul>
    <button type="button" class="link" @click=${() => send({ kind: 'show-log' })}>${labels.showLog}</button>
  </section>`;
}

function remedyText({ text, url }: Remedy, send: Send): TemplateResult {
  if (url === undefined) return html`<span class="lines">${text}</span>`;
  return html`<button type="button" class="link" title=${url} @click=${() => send({ kind: 'open', url })}>
    ${text}
  </button>`;
}
