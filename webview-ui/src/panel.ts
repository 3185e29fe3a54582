import { html, nothing, type TemplateResult } from 'lit';
import type { PanelState, StageItem } from '../../src/protocol/panel-state.ts';
import { icon } from './icon.ts';
import type { Page } from './page.ts';
import { pictureList } from './pictures.ts';
import { planBox } from './plan-box.ts';
import { problemBox } from './problem-box.ts';
import { questionBox } from './question-box.ts';
import { setupList } from './setup-list.ts';
import { progressBar, stageList } from './stage-list.ts';

/** The whole page. Text goes in as text: lit never takes it for HTML, and bdi keeps its direction to itself. */
export function panel(state: PanelState, page: Page): TemplateResult {
  const { aim, practice, problem, labels } = state;
  const { send } = page;
  const pipeline = html`<header>
      <h1 tabindex="-1" title=${state.folder ?? nothing}><bdi>${state.project ?? 'Julia on Kaggle'}</bdi></h1>
      ${aim === undefined ? nothing : html`<p class="text"><bdi>${aim}</bdi></p>`}
      ${practice === undefined ? nothing : html`<p class="practice">${icon('info')}<bdi>${practice}</bdi></p>`}
    </header>
    ${setupList(state, send)} ${wanted(state, page)}
    <p class=${announcementClass(state)} role="status" aria-live="polite">${state.announcement}</p>
    ${problem === undefined ? nothing : problemBox(problem, labels, send)} ${submission(state, page)}
    ${stageList(state, page)}`;
  return html`<div class="pipeline">${pipeline}</div>
    ${pictureList(state)}`;
}

/** What is wanted of the person: an answer, a decision, or the one button. */
function wanted(state: PanelState, page: Page): TemplateResult {
  const { question, plan } = state;
  if (question !== undefined) return questionBox(question, page.send);
  return plan === undefined ? dock(state, page) : planBox(plan, page.send);
}

/** What stays in sight wherever the page is scrolled to: the one button, and what the run is at. */
function dock(state: PanelState, page: Page): TemplateResult {
  const now = state.stages.find((stage) => stage.state === 'running');
  return html`<div class="dock">
    ${now === undefined ? nothing : currentStage(now)} ${primaryButton(state, page)}
  </div>`;
}

/** The list says it too, and to screen readers it alone. */
function currentStage(stage: StageItem): TemplateResult {
  return html`<div class="now" aria-hidden="true">
    ${icon('running')}
    <p><span class="title">${stage.title}</span> <bdi class="text">${stage.text}</bdi></p>
    ${progressBar(stage)}
  </div>`;
}

/** It is seen where it is how the last run ended and the rest of the page does not say that. */
function announcementClass({ announcement, primary, plan, problem }: PanelState): string {
  const isOutcome = announcement !== '' && primary.intent === 'plan' && plan === undefined;
  return isOutcome && problem === undefined ? 'announcement shown' : 'announcement';
}

function primaryButton({ primary }: PanelState, { send }: Page): TemplateResult {
  const { intent, label, enabled } = primary;
  return html`<button
    type="button"
    class=${intent === 'plan' ? 'primary' : 'primary secondary'}
    aria-disabled=${!enabled}
    @click=${() => enabled && send({ kind: intent })}
  >
    <bdi>${label}</bdi>
  </button>`;
}

function submission({ submission, labels }: PanelState, { send }: Page): TemplateResult | typeof nothing {
  if (submission === undefined) return nothing;
  const { state, text, url } = submission;
  return html`<p class="submission">
    ${icon(state)}<bdi>${text}</bdi>
    <button type="button" class="link" @click=${() => send({ kind: 'open', url })}>
      ${labels.openSubmission}
    </button>
  </p>`;
}
