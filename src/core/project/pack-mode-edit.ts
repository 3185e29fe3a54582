import { UserError } from '../../base/errors.ts';
import type { PackMode } from '../packing.ts';
import { lineEndOf, withBlock } from './append-block.ts';
import { parseConfig } from './config.ts';

/**
 * Pure: the text of JuliaKaggle.toml with another `[pack] mode`.
 * @param file the path that errors name.
 * @throws UserError `config-invalid` where the text is wrong already, or has a form that is not changed by itself.
 */
export function packModeEdit(text: string, file: string, mode: PackMode): string {
  parseConfig(text, file);
  const edited = withPackMode(text, mode);
  if (modeOf(edited, file) === mode) return edited;
  throw new UserError({
    code: 'config-invalid',
    title: `${file} has a form of [pack] that is not changed by itself.`,
    actions: [{ title: `Write it there: mode = "${mode}" in the section [pack].` }],
  });
}

/** Of a text that has become unreadable there is none. */
function modeOf(text: string, file: string): string | undefined {
  try {
    return parseConfig(text, file).pack.mode;
  } catch {
    return undefined;
  }
}

/**
 * Pure: JuliaKaggle.toml with another `[pack] mode`; every other line stays as it is. `mode` may be written in the
 * section, or after it as a dotted key; of a file that has neither, the section is written at the end.
 */
export function withPackMode(text: string, mode: string): string {
  const newline = lineEndOf(text);
  const lines = text.split(/\r?\n/);
  const header = lines.findIndex((line) => /^\s*\[\s*pack\s*\]/.test(line));
  const value = `mode = "${mode}"`;
  if (header < 0) {
    const dotted = lines.findIndex((line) => /^\s*pack\.mode\s*=/.test(line));
    if (dotted >= 0) return replaced(lines, dotted, mode).join(newline);
    return withBlock(text, `[pack]\n${value}\n`);
  }
  const next = lines.findIndex((line, index) => index > header && /^\s*\[/.test(line));
  const end = next < 0 ? lines.length : next;
  const found = lines.findIndex((line, index) => index > header && index < end && /^\s*mode\s*=/.test(line));
  return (found < 0 ? lines.toSpliced(header + 1, 0, value) : replaced(lines, found, mode)).join(newline);
}

function replaced(lines: readonly string[], index: number, mode: string): string[] {
  const line = lines[index] ?? '';
  return lines.with(index, line.replace(/=\s*(?:"[^"]*"|'[^']*'|[^\s#]*)/, `= "${mode}"`));
}
