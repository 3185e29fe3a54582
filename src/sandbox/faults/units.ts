const KIB = 1024;
const SIZES: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: KIB,
  MiB: KIB ** 2,
  GiB: KIB ** 3,
};
const TIMES: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Whole bytes of a text such as `1000`, `5MB` or `1.5MiB`; undefined when it is none. */
export function parseSize(text: string): number | undefined {
  return parse(text, SIZES);
}

/** Whole milliseconds of a text such as `30s`, `1.5m` or `250ms`; undefined when it is none. */
export function parseTime(text: string): number | undefined {
  return parse(text, TIMES);
}

/** The shortest text that `parseTime` reads as these milliseconds. */
export function timeText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

function parse(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (digits === undefined || factor === undefined) return undefined;
  const value = Math.round(Number(digits) * factor);
  return Number.isSafeInteger(value) ? value : undefined;
}
