import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { Labels, ScoresPicture } from '../../src/protocol/panel-state.ts';
import { figure } from './figure.ts';

const HEIGHT = 128;
const [TOP, BOTTOM] = [24, 104];
/** In per cent of the width; the points stay clear of the edges. */
const [LEFT, RIGHT] = [5, 95];

type Point = ScoresPicture['points'][number];

/** The scores in the order of time; the best one has a ring and a word. */
export function scoresPicture(picture: ScoresPicture, labels: Labels): TemplateResult {
  const { points, top, bottom, bestLabel } = picture;
  const placed = points.map((point, index) => ({ ...point, ...placeOf(point, index, points.length) }));
  const steps = placed.slice(1).map((point, index) => {
    const before = placed[index] ?? point;
    return svg`<line class="step" x1=${before.x} y1=${before.y} x2=${point.x} y2=${point.y} />`;
  });
  const drawing = svg`
    <line class="grid" x1="0" x2="100%" y1=${TOP} y2=${TOP} />
    <line class="grid" x1="0" x2="100%" y1=${BOTTOM} y2=${BOTTOM} />
    ${steps} ${placed.map((point) => mark(point, bestLabel))}`;
  return figure(
    'scores',
    picture,
    labels,
    html`<div class="scores">
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
  return { x: `${LEFT + part * (RIGHT - LEFT)}%`, y: String(BOTTOM - height * (BOTTOM - TOP)) };
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
