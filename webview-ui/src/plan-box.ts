import { html, nothing, type TemplateResult } from 'lit';
import type { PlanItem } from '../../src/protocol/panel-state.ts';
import type { Send } from './host.ts';
import { icon } from './icon.ts';

/** What a run would do and what leaves the machine, with the one question. */
export function planBox(plan: PlanItem, send: Send): TemplateResult {
  const { title, preparing, note, accept, decline } = plan;
  return html`<section class="plan" aria-labelledby="plan-title">
    <div class="head">
      <h2 id="plan-title" tabindex="-1"><bdi>${title}</bdi></h2>
      <div class="buttons">
        <button
          type="button"
          class="primary"
          aria-disabled=${!accept.enabled}
          @click=${() => accept.enabled && send({ kind: 'accept-plan' })}
        >
          ${accept.label}
        </button>
        <button type="button" class="primary secondary" @click=${() => send({ kind: 'decline-plan' })}>
          ${decline}
        </button>
      </div>
      <p class="text" role="status">${note}</p>
    </div>
    ${preparing ? html`<progress aria-label=${note}></progress>` : content(plan, send)}
  </section>`;
}

/** Leads to the files that would go up. */
export function filesLink(label: string, send: Send): TemplateResult {
  return html`<button type="button" class="link" @click=${() => send({ kind: 'show-files' })}>
    <bdi>${label}</bdi>
  </button>`;
}

function content(
  { standing, cost, stages, then, leaves, leavesTitle, files }: PlanItem,
  send: Send,
): TemplateResult {
  return html`<h3>${leavesTitle}</h3>
    <ul class="leaves">
      ${leaves.map((each) => html`<li><bdi>${each}</bdi></li>`)}
    </ul>
    ${files === undefined ? nothing : filesLink(files, send)}
    ${cost === '' ? nothing : html`<p class="text">${cost}</p>`}
    ${standing === '' ? nothing : html`<p class="text">${standing}</p>`}
    <ol class="steps">
      ${stages.map(
        ({ title, text }) =>
          html`<li>
            ${icon('run')}<span class="title">${title}</span>
            <p class="text"><bdi>${text}</bdi></p>
          </li>`,
      )}
    </ol>
    ${then === '' ? nothing : html`<p class="text">${then}</p>`}`;
}
