import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Labels, PanelState, Row, StageItem } from '../../src/protocol/panel-state.ts';
import type { Send } from './host.ts';
import { icon } from './icon.ts';
import './log-view.ts';
import type { Page } from './page.ts';

/** The stages in their order, each with its state in a sign and in words. */
export function stageList({ stages, labels }: PanelState, page: Page): TemplateResult {
  return html`<ol class="stages" aria-label=${labels.stages}>
    ${repeat(
      stages,
      ({ name }) => name,
      (stage) => stageItem(stage, labels, page),
    )}
  </ol>`;
}

function stageItem(stage: StageItem, labels: Labels, page: Page): TemplateResult {
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
      ${action(stage, page.send)}
    </div>
    <p class="text"><bdi>${text}</bdi></p>
    ${progressBar(stage)} ${warnings.length === 0 ? nothing : warningList(warnings)}
    ${more(stage, labels, page)}
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
export function progressBar({ title, progress }: StageItem): TemplateResult | typeof nothing {
  if (progress === undefined) return nothing;
  if (progress === 'unknown') return html`<progress aria-label=${title}></progress>`;
  return html`<progress aria-label=${title} max="1" .value=${progress}></progress>`;
}

function warningList(warnings: readonly string[]): TemplateResult {
  return html`<ul class="warnings">
    ${warnings.map((warning) => html`<li>${icon('warning')}<bdi>${warning}</bdi></li>`)}
  </ul>`;
}

/** Details and log, folded away. What is folded costs nothing. */
function more(
  { name, title, state, details }: StageItem,
  labels: Labels,
  page: Page,
): TemplateResult | typeof nothing {
  const isOpen = page.isUnfolded(name);
  if (state === 'waiting' && details.length === 0 && !isOpen) return nothing;
  const onToggle = ({ currentTarget }: Event): void =>
    page.fold(name, currentTarget instanceof HTMLDetailsElement && currentTarget.open);
  return html`<details class="more" ?open=${isOpen} @toggle=${onToggle}>
    <summary aria-label=${labels.detailsOf.replace('{0}', title)}>${labels.details}</summary>
    ${
      isOpen
        ? html`${detailList(details)}
            <julia-kaggle-log
              .caption=${labels.log.replace('{0}', title)}
              .labels=${labels}
              .log=${page.logOf(name)}
              .onShowLog=${() => page.send({ kind: 'show-log' })}
            ></julia-kaggle-log>`
        : nothing
    }
  </details>`;
}

function detailList(details: readonly Row[]): TemplateResult | typeof nothing {
  if (details.length === 0) return nothing;
  return html`<dl>
    ${details.map(
      ({ label, value }) =>
        html`<div>
          <dt><bdi>${label}</bdi></dt>
          <dd><bdi>${value}</bdi></dd>
        </div>`,
    )}
  </dl>`;
}
