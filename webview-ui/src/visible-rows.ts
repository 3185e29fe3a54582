export interface Viewport {
  readonly count: number;
  readonly rowPx: number;
  readonly height: number;
  readonly scrollTop: number;
}

/** Rows above and below what is in sight, so that a little scrolling shows no gap. */
const SPARE_ROWS = 10;
/** Before the page knows how high the box is. */
const USUAL_HEIGHT_PX = 220;

/** Pure: which rows are to be drawn, from `start` up to and without `end`. */
export function visibleRows({ count, rowPx, height, scrollTop }: Viewport): { start: number; end: number } {
  const rows = Math.ceil((height > 0 ? height : USUAL_HEIGHT_PX) / rowPx);
  const last = Math.max(0, count - rows);
  const first = Math.min(last, Math.max(0, Math.floor(scrollTop / rowPx)));
  return { start: Math.max(0, first - SPARE_ROWS), end: Math.min(count, first + rows + SPARE_ROWS) };
}
