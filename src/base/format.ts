import * as l10n from '@vscode/l10n';
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes as people write them, in decimal units: `38.1 kB`, `1.30 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? 'B'}`;
}

/** A duration in milliseconds: `0.3 s`, `12.4 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** `a, b or c`. */
export function inWords(all: readonly string[], last: 'and' | 'or'): string {
  if (all.length < 2) return all.join('');
  const [first, end] = [all.slice(0, -1).join(', '), all.at(-1) ?? ''];
  return last === 'and' ? l10n.t('{0} and {1}', first, end) : l10n.t('{0} or {1}', first, end);
}

/** `a, b, c`, with the comma of the language. */
export function inList(all: readonly string[]): string {
  return all.length === 0 ? '' : all.reduce((before, each) => l10n.t('{0}, {1}', before, each));
}

const COUNTED = {
  artifact: (count: number) => (count === 1 ? l10n.t('1 artifact') : l10n.t('{0} artifacts', count)),
  CPU: (count: number) => (count === 1 ? l10n.t('1 CPU') : l10n.t('{0} CPUs', count)),
  entry: (count: number) => (count === 1 ? l10n.t('1 entry') : l10n.t('{0} entries', count)),
  file: (count: number) => (count === 1 ? l10n.t('1 file') : l10n.t('{0} files', count)),
  GPU: (count: number) => (count === 1 ? l10n.t('1 GPU') : l10n.t('{0} GPUs', count)),
  item: (count: number) => (count === 1 ? l10n.t('1 item') : l10n.t('{0} items', count)),
  part: (count: number) => (count === 1 ? l10n.t('1 part') : l10n.t('{0} parts', count)),
  package: (count: number) => (count === 1 ? l10n.t('1 package') : l10n.t('{0} packages', count)),
  row: (count: number) => (count === 1 ? l10n.t('1 row') : l10n.t('{0} rows', count)),
  value: (count: number) => (count === 1 ? l10n.t('1 value') : l10n.t('{0} values', count)),
} as const;

/** `1 file`, `3 files`. */
export function plural(count: number, noun: keyof typeof COUNTED): string {
  return COUNTED[noun](count);
}
