import * as l10n from '@vscode/l10n';
import { basename } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { nearestIgnoringCase } from '../../base/nearest.ts';
import { inWords } from '../../base/format.ts';
import { unifiedDiff } from '../../base/unified-diff.ts';
import { type ArtifactEntry, fitsKaggle, hookTags, parseArtifacts } from '../../julia/artifacts.ts';
import { ARTIFACTS_FILE_NAMES } from '../../julia/project-file.ts';
import { withBlock, withoutKey } from '../../julia/toml-edit.ts';
import { parseToml, tomlText } from '../../julia/toml.ts';
import type { ArtifactsFile } from '../contract/depot/artifact-files.ts';

/** The change of one file that makes the build fetch a lazy artifact. */
export interface ArtifactAddition {
  readonly artifact: string;
  /** The package that uses it. */
  readonly package: string;
  /** Absolute path of the project's or a path dependency's Artifacts.toml. */
  readonly file: string;
  /** The file's text; undefined when it is made. */
  readonly before: string | undefined;
  readonly after: string;
  /** A unified diff, line by line. */
  readonly diff: readonly string[];
}

export interface ArtifactAdditionRequest {
  readonly artifact: string;
  /** Needed only where several packages have a lazy artifact of that name. */
  readonly package?: string | undefined;
  /** Those of the project, its path dependencies, and the packages in the depot. */
  readonly files: readonly ArtifactsFile[];
  /** The project's own, or where it would be. */
  readonly own: { readonly file: string; readonly text: string | undefined };
}

/** What one Artifacts.toml says of the artifact: its variants for Kaggle's machine. */
interface Declaration {
  readonly file: ArtifactsFile;
  readonly variants: readonly ArtifactEntry[];
}

/**
 * Pure: how to have a lazy artifact fetched by the build. One of the project's own or of a path dependency loses its
 * `lazy = true`; one of a registered package, whose files nobody edits, is entered in the project's own Artifacts.toml
 * besides: Pkg fetches it for the project, and the package finds it by its tree hash. Lines are taken out or added at
 * the end, nothing is written anew. Undefined when the build fetches it already.
 * @throws UserError `artifact-missing` when there is none of that name, or none for Kaggle's machine; `wrong-usage` when
 * the package has to be said, or the artifact is chosen by preferences; `toml-syntax`.
 */
export function planArtifactAddition(request: ArtifactAdditionRequest): ArtifactAddition | undefined {
  const found = declarationsOf(request).filter(({ variants }) => variants.some(({ lazy }) => lazy));
  const wanted = found.filter((declaration) => !isOwnAlready(declaration, request));
  const [declaration, ...others] = wanted;
  if (declaration === undefined) return undefined;
  if (others.length > 0) throw ambiguous(request.artifact, wanted);
  return declaration.file.isLocal ? madeEager(declaration, request.artifact) : entered(declaration, request);
}

function declarationsOf({ artifact, files, package: only }: ArtifactAdditionRequest): Declaration[] {
  const all = files
    .filter((file) => only === undefined || file.package === only)
    .map((file) => ({ file, entries: entriesOf(file) }));
  const named = all.flatMap(({ file, entries }) => {
    const variants = entries.filter(({ name }) => name === artifact);
    return variants.length === 0 ? [] : [{ file, variants }];
  });
  if (named.length === 0)
    throw unknown(artifact, only, [
      ...new Set(all.flatMap(({ entries }) => entries.map(({ name }) => name))),
    ]);
  const fitting = named
    .map(({ file, variants }) => ({ file, variants: variants.filter(fitsKaggle) }))
    .filter(({ variants }) => variants.length > 0);
  if (fitting.length === 0) throw notForKaggle(artifact, named[0]?.file.package ?? '');
  return fitting;
}

/** A registered package's file is nobody's here to correct. */
function entriesOf({ text, file, isLocal }: ArtifactsFile): ArtifactEntry[] {
  try {
    return parseArtifacts(text, file);
  } catch (error) {
    if (isLocal) throw error;
    return [];
  }
}

/** Whether the project's own file has it for the build already, by whatever name. */
function isOwnAlready({ file, variants }: Declaration, { own }: ArtifactAdditionRequest): boolean {
  if (file.isLocal || own.text === undefined) return false;
  const eager = parseArtifacts(own.text, own.file).filter(({ lazy }) => !lazy);
  return variants.every(({ treeHash }) => eager.some((entry) => entry.treeHash === treeHash));
}

function madeEager({ file, variants }: Declaration, artifact: string): ArtifactAddition {
  const after = variants
    .filter(({ lazy }) => lazy)
    .reduce<string | undefined>((text, { path }) => text && withoutKey(text, [...path, 'lazy']), file.text);
  if (after === undefined) {
    throw new UserError({
      code: 'wrong-usage',
      title: l10n.t('{0} has "{1}" in a form that is better edited by hand.', file.file, artifact),
      actions: [{ title: l10n.t('Take lazy = true out of its entry, then run again.') }],
    });
  }
  return addition(artifact, file.package, { file: file.file, before: file.text, after });
}

function entered(
  { file, variants }: Declaration,
  { artifact, own }: ArtifactAdditionRequest,
): ArtifactAddition {
  const hooks = [...new Set(variants.flatMap(hookTags))];
  if (hooks.length > 0) throw chosenByPreferences(artifact, file.package, hooks);
  const taken = own.text === undefined ? {} : parseToml(own.text, own.file);
  const names = [artifact, `${file.package}_${artifact}`];
  const name =
    names.find((each) => !Object.hasOwn(taken, each)) ?? `${names.join('_')}_${Object.keys(taken).length}`;
  const tables = variants.map(({ table: { lazy: _, ...table } }) => table);
  const [only] = tables;
  const isList = tables.length > 1 || Object.keys(variants[0]?.tags ?? {}).length > 0;
  const block = [
    `# ${artifact} of ${file.package}: lazy there; entered here so that the build fetches it, for a run without a network.`,
    tomlText({ [name]: isList ? tables : only }).trimEnd(),
    '',
  ].join('\n');
  return addition(artifact, file.package, {
    file: own.file,
    before: own.text,
    after: withBlock(own.text ?? '', block),
  });
}

function addition(
  artifact: string,
  owner: string,
  change: Pick<ArtifactAddition, 'file' | 'before' | 'after'>,
): ArtifactAddition {
  const diff = unifiedDiff(basename(change.file), change.before, change.after);
  return { artifact, package: owner, ...change, diff };
}

function unknown(artifact: string, owner: string | undefined, names: readonly string[]): UserError {
  const near = nearestIgnoringCase(artifact, names);
  return new UserError({
    code: 'artifact-missing',
    title:
      owner === undefined
        ? l10n.t(
            'No {0} of the project, its path dependencies and its packages has an artifact "{1}".',
            ARTIFACTS_FILE_NAMES[1],
            artifact,
          )
        : l10n.t(
            'No {0} of the package {1} has an artifact "{2}".',
            ARTIFACTS_FILE_NAMES[1],
            owner,
            artifact,
          ),
    actions: [
      {
        title:
          near === undefined
            ? l10n.t(
                'The log names the artifact that was missed; packages are looked into once they are built: julia-kaggle run --until build.',
              )
            : l10n.t('The nearest is "{0}".', near),
      },
    ],
  });
}

function notForKaggle(artifact: string, owner: string): UserError {
  return new UserError({
    code: 'artifact-missing',
    title: l10n.t(
      'The artifact "{0}" of {1} has no variant for Kaggle\'s machine (Linux, x86_64, glibc).',
      artifact,
      owner,
    ),
    actions: [{ title: l10n.t('Take a version of {0} that has one, or do without it on Kaggle.', owner) }],
  });
}

function ambiguous(artifact: string, declarations: readonly Declaration[]): UserError {
  const owners = declarations.map(({ file }) => file.package);
  return new UserError({
    code: 'wrong-usage',
    title: l10n.t('"{0}" is a lazy artifact of {1}.', artifact, inWords(owners, 'and')),
    actions: [{ title: l10n.t('Say which is meant, e.g. --package {0}.', owners[0] ?? '') }],
  });
}

function chosenByPreferences(artifact: string, owner: string, tags: readonly string[]): UserError {
  const isCuda = tags.includes('cuda');
  return new UserError({
    code: 'wrong-usage',
    title: l10n.t(
      'Which variant of "{0}" comes is chosen by preferences of {1} ({2}), not by an entry.',
      artifact,
      owner,
      tags.join(', '),
    ),
    actions: [
      isCuda
        ? {
            title: l10n.t('Choose the CUDA toolkit: julia-kaggle pin-cuda --write, then run again.'),
            command: 'pin-cuda --write',
          }
        : {
            title: l10n.t(
              'Set them in LocalPreferences.toml (the documentation of {0} says how), then run again.',
              owner,
            ),
          },
    ],
  });
}
