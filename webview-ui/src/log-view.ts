import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Labels } from '../../src/protocol/panel-state.ts';
import type { StageLog } from './page.ts';
import { visibleRows } from './visible-rows.ts';

/** As the style has it. */
const ROW_PX = 18;

/**
 * The end of a stage's log. Of its lines, only those in sight are elements of the page, so that it costs the same
 * however long it is.
 */
class LogView extends LitElement {
  static override properties = {
    caption: {},
    labels: { attribute: false },
    log: { attribute: false },
    onShowLog: { attribute: false },
  };
  declare caption: string;
  declare labels: Labels | undefined;
  declare log: StageLog | undefined;
  declare onShowLog: (() => void) | undefined;
  #words = '';
  /** Whether the end stays in sight. */
  #follows = true;
  #scrollTop = 0;

  constructor() {
    super();
    this.caption = '';
  }

  /** In the page itself, so that its styles hold. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override updated(): void {
    const box = this.#box;
    if (box === null || !this.#follows) return;
    box.scrollTop = box.scrollHeight;
    if (box.scrollTop !== this.#scrollTop) this.#onScroll();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { labels, log } = this;
    if (labels === undefined) return nothing;
    if (log === undefined || log.buffer.next === 0) return html`<p class="text">${labels.logEmpty}</p>`;
    const lines = this.#matching(log.buffer.lines);
    return html`${this.#tools(labels)} ${this.#dropped(labels, log.buffer.first)} ${this.#rows(lines)}`;
  }

  get #box(): HTMLElement | null {
    return this.querySelector('.log');
  }

  #matching(lines: readonly string[]): readonly string[] {
    const words = this.#words.toLowerCase();
    return words === '' ? lines : lines.filter((line) => line.toLowerCase().includes(words));
  }

  #tools(labels: Labels): TemplateResult {
    return html`<div class="log-tools">
      <vscode-textfield
        placeholder=${labels.logFilter}
        label=${labels.logFilter}
        @input=${this.#onFilter}
      ></vscode-textfield>
      <vscode-checkbox label=${labels.logFollow} ?checked=${this.#follows} @change=${this.#onFollow}>
      </vscode-checkbox>
      <button type="button" class="link" @click=${() => this.onShowLog?.()}>${labels.showLog}</button>
    </div>`;
  }

  #dropped({ logDropped }: Labels, count: number): TemplateResult | typeof nothing {
    if (count === 0) return nothing;
    return html`<p class="text">${logDropped.replace('{0}', count.toLocaleString())}</p>`;
  }

  #rows(lines: readonly string[]): TemplateResult {
    const height = this.#box?.clientHeight ?? 0;
    const { start, end } = visibleRows({
      count: lines.length,
      rowPx: ROW_PX,
      height,
      scrollTop: this.#scrollTop,
    });
    return html`<div
      class="log"
      role="log"
      aria-live="off"
      aria-label=${this.caption}
      tabindex="0"
      @scroll=${this.#onScroll}
    >
      <div class="log-space" .style=${`height: ${lines.length * ROW_PX}px`}>
        <div class="log-rows" .style=${`transform: translateY(${start * ROW_PX}px)`}>
          ${lines.slice(start, end).map((line) => html`<div class="log-row"><bdi>${line}</bdi></div>`)}
        </div>
      </div>
    </div>`;
  }

  readonly #onScroll = (): void => {
    const box = this.#box;
    if (box === null) return;
    this.#scrollTop = box.scrollTop;
    // A line of the end is as good as the end.
    this.#follows = box.scrollTop + box.clientHeight >= box.scrollHeight - ROW_PX;
    this.requestUpdate();
  };

  readonly #onFollow = ({ currentTarget }: Event): void => {
    this.#follows = currentTarget !== null && 'checked' in currentTarget && currentTarget.checked === true;
    this.requestUpdate();
  };

  readonly #onFilter = ({ currentTarget }: Event): void => {
    const value: unknown = currentTarget !== null && 'value' in currentTarget ? currentTarget.value : '';
    this.#words = typeof value === 'string' ? value : '';
    this.requestUpdate();
  };
}

customElements.define('julia-kaggle-log', LogView);
