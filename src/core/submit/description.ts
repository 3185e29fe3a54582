import type { Artefacts } from '../artefacts.ts';

/** Stands between the description of a submission and the number of one that was made once more. */
const ATTEMPT = ', attempt ';
/** Stands before what the person said of it. */
const NOTE = ': ';
/** How much of a note goes to Kaggle; the history has all of it. */
const NOTE_CHARACTERS = 200;

/** As much of the content's fingerprint as tells two contents apart. */
const CONTENT_CHARACTERS = 12;

/** Pure: fingerprint of what a submission of a notebook comes to, whichever version it is. */
export function contentOf({ content, fingerprint }: Artefacts['notebook']): string {
  return content ?? fingerprint;
}

/** Names the file and its content, so that a submission whose answer was lost is recognized. */
export function describeFile({ project, test }: Pick<Artefacts, 'project' | 'test'>): string {
  const content = test.submissionSha256.slice(0, CONTENT_CHARACTERS);
  return `${project.name}, ${project.output.file}, content ${content}`;
}

/** The same with the notebook version, its content and the bundle. */
export function describeNotebook({
  project,
  pack,
  notebook,
}: Pick<Artefacts, 'project' | 'pack' | 'notebook'>): string {
  const content = contentOf(notebook).slice(0, CONTENT_CHARACTERS);
  return `${project.name} ${project.version}, ${notebook.slug} v${notebook.version}, bundle ${pack.bundleId}, content ${content}`;
}

/**
 * Pure: whether a description is one that `nextAttempt` made of `base`, with whatever number and note, or of another
 * version of the same content.
 */
export function isAttempt(description: string, base: string): boolean {
  const [full, prefix] = [withoutVersion(description.trim()), withoutVersion(base)];
  const rest = full.startsWith(prefix) ? full.slice(prefix.length) : undefined;
  return rest !== undefined && (rest === '' || rest.startsWith(ATTEMPT) || rest.startsWith(NOTE));
}

function withoutVersion(description: string): string {
  return description.replace(/ v\d+(?=, bundle )/, '');
}

/** Pure: the description of the next submission after so many of the same version. */
export function nextAttempt(base: string, made: number, note: string | undefined): string {
  const number = made === 0 ? '' : `${ATTEMPT}${made + 1}`;
  const words = oneLine(note ?? '')
    .slice(0, NOTE_CHARACTERS)
    .trim();
  return `${base}${number}${words === '' ? '' : `${NOTE}${words}`}`;
}

/** Pure: a note as it is kept. */
function oneLine(note: string): string {
  return note.replace(/\s+/g, ' ').trim();
}
