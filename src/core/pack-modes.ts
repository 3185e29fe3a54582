/** How Julia code travels, as `[pack] mode` names it. */
export const PACK_MODES = ['depot', 'app', 'sysimage'] as const;

export type PackMode = (typeof PACK_MODES)[number];

/** Whether a text, e.g. of the command line, names a way to pack. */
export function isPackMode(text: string): text is PackMode {
  return (PACK_MODES as readonly string[]).includes(text);
}
