import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type {
  DepotPicture,
  Labels,
  LimitsPicture,
  ModesTable,
  PanelState,
  ScoresPicture,
} from '../../src/protocol/panel-state.ts';
import { icon } from './icon.ts';

/** Sizes, times and scores, where people would rather look than read. */
export function pictureList({
  pictures: { depot, limits, scores, modes },
  labels,
}: PanelState): TemplateResult {
  const isEmpty = depot === undefined && limits === undefined && scores === undefined && modes === undefined;
  return html`<section class="pictures" aria-labelledby="pictures-title">
    <h2 id="pictures-title">${labels.pictures}</h2>
    ${isEmpty ? html`<p class="text">${labels.picturesEmpty}</p>` : nothing}
    ${scores === undefined ? nothing : scoresPicture(scores, labels)}
    ${modes === undefined ? nothing : modesTable(modes)}
    ${limits === undefined ? nothing : limitsPicture(limits, labels)}
    ${depot === undefined ? nothing : depotPicture(depot, labels)}
  </section>`;
}

/** The modes of packing side by side. Few enough figures that they are read: a table and no picture. */
function modesTable({ title, summary, columns, rows }: ModesTable): TemplateResult {
  return html`<figure data-picture="modes" aria-labelledby="modes-title">
    <figcaption>
      <h3 id="modes-title">${title}</h3>
      <p class="text"><bdi>${summary}</bdi></p>
    </figcaption>
    <table class="modes" aria-labelledby="modes-title">
      ${headerOf(columns)}
      <tbody>
        ${rows.map(
          ([measure, ...values]) =>
            html`<tr>
              <th scope="row">${measure}</th>
              ${values.map((value) => html`<td><bdi>${value}</bdi></td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </figure>`;
}

/** How much of each limit was used; the line is the limit. */
function limitsPicture(picture: LimitsPicture, labels: Labels): TemplateResult {
  const bars = picture.bars.map(
    (bar) =>
      html`<li class=${bar.over ? 'over' : 'within'}>
        <span class="bar-label">${bar.over ? icon('warning') : ''}<bdi>${bar.label}</bdi></span>
        <span class="bar-value">${bar.value} / ${bar.limit}</span>
        ${track(bar.share)}
      </li>`,
  );
  return figure(
    'limits',
    picture,
    labels,
    html`<ol class="bars limits">
      ${bars}
    </ol>`,
  );
}

function track(share: number): TemplateResult {
  // The limit stands short of the end, so that what goes beyond it is seen.
  const scale = 100 / Math.max(1.08, share);
  const [used, limit] = [`${Math.max(0.5, share * scale)}%`, `${scale}%`];
  return html`<svg class="bar" width="100%" height="16">
    <rect class="track" y="4" width=${limit} height="8" rx="1" />
    <rect class="used" y="4" width=${used} height="8" rx="1" />
    <line class="limit" x1=${limit} x2=${limit} y1="0" y2="16" />
  </svg>`;
}

/** A bar for each part of the depot, the longest first. Kinds differ by pattern, and not by colour alone. */
function depotPicture(picture: DepotPicture, labels: Labels): TemplateResult {
  const bars = picture.bars.map(
    ({ label, value, share, kind }) =>
      html`<li>
        <span class="bar-label"><bdi>${label}</bdi></span
        ><span class="bar-value">${value}</span>
        ${bar(share, kind)}
      </li>`,
  );
  const legend = picture.kinds.map(({ kind, label }) => html`<li>${swatch(kind)}<span>${label}</span></li>`);
  return figure(
    'depot',
    picture,
    labels,
    html`<svg class="patterns" width="0" height="0">${PATTERNS}</svg>
      <ul class="legend">
        ${legend}
      </ul>
      <ol class="bars">
        ${bars}
      </ol>`,
  );
}

const PATTERNS = svg`<defs>
  <pattern id="fill-artifact" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect class="ground" width="6" height="6" /><rect class="ink" width="3" height="6" />
  </pattern>
  <pattern id="fill-scratch" width="6" height="6" patternUnits="userSpaceOnUse">
    <rect class="ground" width="6" height="6" /><circle class="ink" cx="3" cy="3" r="1.6" />
  </pattern>
  <pattern id="fill-data" width="6" height="6" patternUnits="userSpaceOnUse">
    <rect class="ground" width="6" height="6" /><rect class="ink" width="6" height="3" />
  </pattern>
</defs>`;

function bar(share: number, kind: string): TemplateResult {
  // What is there is seen, however small it is.
  const width = `${Math.max(0.5, 100 * share)}%`;
  return html`<svg class="bar" width="100%" height="10">
    <rect class="kind-${kind}" width=${width} height="10" rx="1" />
  </svg>`;
}

function swatch(kind: string): TemplateResult {
  return html`<svg class="swatch" width="14" height="10">
    <rect class="kind-${kind}" width="14" height="10" rx="1" />
  </svg>`;
}

const HEIGHT = 128;
const [TOP, BOTTOM] = [24, 104];
/** In per cent of the width; the points stay clear of the edges. */
const [LEFT, RIGHT] = [5, 95];

type Point = ScoresPicture['points'][number];

/** The scores in the order of time; the best public one has a ring and a word, the private ones are hollow. */
function scoresPicture(picture: ScoresPicture, labels: Labels): TemplateResult {
  const { points, top, bottom, bestLabel, legend } = picture;
  const placed = points.map((point, index) => ({ ...point, ...placeOf(point, index, points.length) }));
  const steps = placed.slice(1).map((point, index) => {
    const before = placed[index] ?? point;
    return svg`<line class="step" x1=${before.x} y1=${before.y} x2=${point.x} y2=${point.y} />`;
  });
  const drawing = svg`
    <line class="grid" x1="0" x2="100%" y1=${TOP} y2=${TOP} />
    <line class="grid" x1="0" x2="100%" y1=${BOTTOM} y2=${BOTTOM} />
    ${steps} ${placed.map(hiddenMark)} ${placed.map((point) => mark(point, bestLabel))}`;
  return figure(
    'scores',
    picture,
    labels,
    html`${legend === undefined ? nothing : scoresLegend(legend)}
      <div class="scores">
        ${top === bottom || isSaidByBest(placed[0], TOP) ? nothing : html`<span class="axis top">${top}</span>`}
        <svg width="100%" height=${HEIGHT}>${drawing}</svg>
        ${isSaidByBest(placed[0], BOTTOM) ? nothing : html`<span class="axis bottom">${bottom}</span>`}
      </div>`,
  );
}

/** The word at the first point stands where the axis has its number, and says the same. */
function isSaidByBest(first: (Point & { x: string; y: string }) | undefined, line: number): boolean {
  return first?.best === true && Number(first.y) === line && parseFloat(first.x) < 25;
}

function placeOf({ height }: Point, index: number, count: number): { x: string; y: string } {
  const part = count === 1 ? 0.5 : index / (count - 1);
  return { x: `${LEFT + part * (RIGHT - LEFT)}%`, y: levelOf(height) };
}

function levelOf(height: number): string {
  return String(BOTTOM - height * (BOTTOM - TOP));
}

function scoresLegend({ shown, hidden }: NonNullable<ScoresPicture['legend']>): TemplateResult {
  const sign = (mark: SVGTemplateResult) => html`<svg class="swatch" width="14" height="10">${mark}</svg>`;
  return html`<ul class="legend">
    <li>${sign(svg`<circle class="dot" cx="7" cy="5" r="3" />`)}<span>${shown}</span></li>
    <li>${sign(hollowSquare('7', '5'))}<span>${hidden}</span></li>
  </ul>`;
}

/** The private score of a submission, bound to its public one. */
function hiddenMark({ x, y, label, hidden }: Point & { x: string; y: string }): SVGTemplateResult | null {
  if (hidden === undefined) return null;
  const level = levelOf(hidden.height);
  return svg`<line class="bond" x1=${x} x2=${x} y1=${y} y2=${level} />
    ${hollowSquare(x, level, svg`<title>${label}: ${hidden.value}</title>`)}`;
}

function hollowSquare(x: string, y: string, title?: SVGTemplateResult): SVGTemplateResult {
  return svg`<rect class="hidden" x=${x} y=${y} width="7" height="7" transform="translate(-3.5 -3.5)">${title}</rect>`;
}

function mark(
  { x, y, label, value, best }: Point & { x: string; y: string },
  bestLabel: string,
): SVGTemplateResult {
  const title = svg`<title>${label}: ${value}</title>`;
  const dot = svg`<circle class="dot" cx=${x} cy=${y} r="3">${title}</circle>`;
  if (!best) return dot;
  // Best is least or greatest: beyond it there is no line.
  const aside = Number(y) > (TOP + BOTTOM) / 2 ? 20 : -12;
  return svg`${dot}<circle class="best" cx=${x} cy=${y} r="7" />
    <text class="best-label" x=${x} y=${Number(y) + aside} text-anchor=${anchorOf(x)}>${bestLabel}: ${value}</text>`;
}

/** The words stay within the picture. */
function anchorOf(x: string): string {
  const percent = parseFloat(x);
  if (percent < 25) return 'start';
  return percent > 75 ? 'end' : 'middle';
}

interface Caption {
  readonly title: string;
  readonly summary: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A picture with its title and what it says in a sentence; the same as a table for those who do not see it. */
function figure(name: string, caption: Caption, labels: Labels, picture: TemplateResult): TemplateResult {
  const { title, summary } = caption;
  return html`<figure data-picture=${name} aria-labelledby="${name}-title">
    <figcaption>
      <h3 id="${name}-title">${title}</h3>
      <p class="text"><bdi>${summary}</bdi></p>
    </figcaption>
    <div aria-hidden="true">${picture}</div>
    <details>
      <summary aria-label="${labels.asTable}: ${title}">${labels.asTable}</summary>
      ${table(caption)}
    </details>
  </figure>`;
}

function headerOf(columns: readonly string[]): TemplateResult {
  return html`<thead>
    <tr>
      ${columns.map((column) => html`<th scope="col">${column}</th>`)}
    </tr>
  </thead>`;
}

/** Not vscode-table: its header has no row, which screen readers and axe object to. */
function table({ title, columns, rows }: Caption): TemplateResult {
  return html`<table aria-label=${title}>
    ${headerOf(columns)}
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((cell) => html`<td><bdi>${cell}</bdi></td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
