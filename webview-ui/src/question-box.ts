import { html, nothing, type TemplateResult } from 'lit';
import type { PanelState } from '../../src/protocol/panel-state.ts';
import type { Send } from './host.ts';
import { filesLink } from './plan-box.ts';

/** What the run asks. It takes no focus: a key that was meant for something else answers nothing. */
export function questionBox(
  { title, lines, accept, decline, files }: NonNullable<PanelState['question']>,
  send: Send,
): TemplateResult {
  return html`<section class="plan question" aria-labelledby="question-title">
    <div class="head">
      <h2 id="question-title" tabindex="-1"><bdi>${title}</bdi></h2>
      <div class="buttons">
        <button type="button" class="primary" @click=${() => send({ kind: 'answer', yes: true })}>
          <bdi>${accept}</bdi>
        </button>
        <button type="button" class="primary secondary" @click=${() => send({ kind: 'answer', yes: false })}>
          ${decline}
        </button>
      </div>
    </div>
    ${lines.map((line) => html`<p class="text"><bdi>${line}</bdi></p>`)}
    ${files === undefined ? nothing : filesLink(files, send)}
  </section>`;
}
