import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { FactItem, PanelState } from '../../src/protocol/panel-state.ts';
import type { Send } from './host.ts';
import { icon } from './icon.ts';

/** What must be there before anything can run; where all of it is, in one line that unfolds. */
export function setupList(state: PanelState, send: Send): TemplateResult {
  const { ready } = state;
  if (ready === undefined) return factList(state, send);
  return html`<details class="ready">
    <summary title=${ready.text}>
      ${icon(ready.state)}<span class="unseen">${ready.word}: </span><bdi>${ready.text}</bdi>
    </summary>
    ${factList(state, send)}
  </details>`;
}

/** Each with its state and the one action that mends it. */
function factList({ facts, labels }: PanelState, send: Send): TemplateResult {
  return html`<ul class="setup" aria-label=${labels.setup}>
    ${repeat(
      facts,
      ({ name }) => name,
      (fact) => factItem(fact, send),
    )}
  </ul>`;
}

function factItem({ name, title, state, word, text, notes, actions }: FactItem, send: Send): TemplateResult {
  return html`<li class="fact ${state}" data-fact=${name}>
    ${icon(state)}
    <div class="line">
      <span class="title">${title}</span>
      <span class=${isQuiet(state) ? 'unseen' : 'word'}>${word}</span>
      <span class="mend">${actions.map((action) => actionButton(name, action, send))}</span>
    </div>
    <p class="text" title=${text}><bdi>${text}</bdi></p>
    ${state === 'notice' ? foldedNotes(title, word, notes) : noteList(notes)}
  </li>`;
}

/** What is good needs no word, and that of a notice is what unfolds it. */
function isQuiet(state: FactItem['state']): boolean {
  return state === 'good' || state === 'notice';
}

function foldedNotes(title: string, word: string, notes: readonly string[]): TemplateResult {
  return html`<details class="notes">
    <summary aria-label="${title}: ${word}">${word}</summary>
    ${noteList(notes)}
  </details>`;
}

function noteList(notes: readonly string[]): TemplateResult[] {
  return notes.map((note) => html`<p class="note"><bdi>${note}</bdi></p>`);
}

function actionButton(
  name: FactItem['name'],
  { label, enabled }: FactItem['actions'][number],
  send: Send,
): TemplateResult {
  return html`<button
    type="button"
    class="link"
    aria-disabled=${!enabled}
    @click=${() => enabled && send({ kind: 'mend', fact: name, label })}
  >
    ${label}
  </button>`;
}
