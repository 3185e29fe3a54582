import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { StageItem } from '../../src/protocol/panel-state.ts';
import type { Send } from './host.ts';
import { icon } from './icon.ts';

/** The stages in their order, each with its state in a sign and in words. */
export function stageList(stages: readonly StageItem[], label: string, send: Send): TemplateResult {
  return html`<ol class="stages" aria-label=${label}>
    ${repeat(
      stages,
      ({ name }) => name,
      (stage) => stageItem(stage, send),
    )}
  </ol>`;
}

function stageItem(stage: StageItem, send: Send): TemplateResult {
  const { name, title, state, word, text, duration, warnings } = stage;
  return html`<li
    class="stage ${state}"
    data-stage=${name}
    aria-current=${state === 'running' ? 'step' : nothing}
  >
    ${icon(state)}
    <div class="line">
      <span class="title">${title}</span>
      <span class="word">${word}</span>
      ${duration === undefined ? nothing : html`<span class="duration">${duration}</span>`}
      ${action(stage, send)}
    </div>
    <p class="text">${text}</p>
    ${progressBar(stage)} ${warnings.length === 0 ? nothing : warningList(warnings)}
  </li>`;
}

function action({ name, action: { label, enabled } }: StageItem, send: Send): TemplateResult {
  return html`<button
    type="button"
    class="action"
    title=${label}
    aria-label=${label}
    aria-disabled=${!enabled}
    @click=${() => enabled && send({ kind: 'run-stage', stage: name })}
  >
    ${icon('run')}
  </button>`;
}

/** Without a known part the bar moves to and fro. */
function progressBar({ title, progress }: StageItem): TemplateResult | typeof nothing {
  if (progress === undefined) return nothing;
  if (progress === 'unknown') return html`<progress aria-label=${title}></progress>`;
  return html`<progress aria-label=${title} max="1" .value=${progress}></progress>`;
}

function warningList(warnings: readonly string[]): TemplateResult {
  return html`<ul class="warnings">
    ${warnings.map((warning) => html`<li>${icon('warning')}<span>${warning}</span></li>`)}
  </ul>`;
}
