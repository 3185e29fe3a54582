import { html, nothing, type TemplateResult } from 'lit';
import type { PanelState } from '../../src/protocol/panel-state.ts';
import type { Send } from './host.ts';
import { icon } from './icon.ts';
import { problemBox } from './problem-box.ts';
import { stageList } from './stage-list.ts';

/** The whole page. Text goes in as text: lit never takes it for HTML. */
export function panel(state: PanelState, send: Send): TemplateResult {
  const { problem, labels } = state;
  return html`
    ${heading(state)} ${primaryButton(state, send)}
    <p class="announcement" role="status" aria-live="polite">${state.announcement}</p>
    ${problem === undefined ? nothing : problemBox(problem, labels, send)} ${submission(state, send)}
    ${stageList(state.stages, labels.stages, send)}
  `;
}

function heading({ project, folder, competition }: PanelState): TemplateResult {
  return html`<header>
    <h1 title=${folder ?? nothing}>${project ?? 'Julia on Kaggle'}</h1>
    ${competition === undefined ? nothing : html`<p class="competition">${competition}</p>`}
  </header>`;
}

function primaryButton({ primary }: PanelState, send: Send): TemplateResult {
  const { intent, label, enabled } = primary;
  return html`<button
    type="button"
    class=${intent === 'submit' ? 'primary' : 'primary secondary'}
    aria-disabled=${!enabled}
    @click=${() => enabled && send({ kind: intent })}
  >
    ${label}
  </button>`;
}

function submission({ submission, labels }: PanelState, send: Send): TemplateResult | typeof nothing {
  if (submission === undefined) return nothing;
  const { state, text, url } = submission;
  return html`<p class="submission">
    ${icon(state)}<span>${text}</span>
    <button type="button" class="link" @click=${() => send({ kind: 'open', url })}>
      ${labels.openSubmission}
    </button>
  </p>`;
}
