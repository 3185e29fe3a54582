/** The stages in their order (design: "The flow"). */
export const STAGE_NAMES = [
  'project',
  'build',
  'test',
  'pack',
  'rehearse',
  'upload',
  'notebook',
  'submit',
] as const;

export type StageName = (typeof STAGE_NAMES)[number];

/** Whether a text, e.g. of the command line, names a stage. */
export function isStageName(text: string): text is StageName {
  return (STAGE_NAMES as readonly string[]).includes(text);
}
