import { html, nothing, type TemplateResult } from 'lit';
import type { Labels, Offer, Problem, Remedy } from '../../src/protocol/panel-state.ts';
import type { Send } from './host.ts';
import { icon } from './icon.ts';

/** What went wrong, and what to do about it. */
export function problemBox(problem: Problem, labels: Labels, send: Send): TemplateResult {
  const { title, detail, source, compare, remedies, offers } = problem;
  return html`<section class="problem" aria-labelledby="problem-title">
    <h2 id="problem-title">${icon('failed')}<bdi>${title}</bdi></h2>
    ${source === undefined ? nothing : linkButton(source, () => send({ kind: 'open-source' }))}
    ${
      detail === undefined
        ? nothing
        : html`<pre tabindex="0" role="region" aria-label=${labels.details} dir="auto">${detail}</pre>`
    }
    <h3>${labels.remedies}</h3>
    <ul>
      ${remedies.map((remedy) => html`<li>${remedyText(remedy, send)}</li>`)}
    </ul>
    <div class="links">
      ${compare === undefined ? nothing : linkButton(compare, () => send({ kind: 'compare-source' }))}
      ${offers.map((offer) => takeButton(offer, send))}
      ${linkButton(labels.showLog, () => send({ kind: 'show-log' }))}
    </div>
  </section>`;
}

function remedyText({ text, url, action }: Remedy, send: Send): TemplateResult {
  if (action !== undefined) return html`<bdi class="lines">${text}</bdi> ${takeButton(action, send)}`;
  if (url === undefined) return html`<bdi class="lines">${text}</bdi>`;
  return html`<button type="button" class="link" title=${url} @click=${() => send({ kind: 'open', url })}>
    <bdi>${text}</bdi>
  </button>`;
}

function takeButton({ command, label, enabled }: Offer, send: Send): TemplateResult {
  return html`<button
    type="button"
    class="link take"
    aria-disabled=${!enabled}
    @click=${() => enabled && send({ kind: 'take-remedy', command })}
  >
    <bdi>${label}</bdi>
  </button>`;
}

function linkButton(label: string, take: () => void): TemplateResult {
  return html`<button type="button" class="link" @click=${take}>${label}</button>`;
}
