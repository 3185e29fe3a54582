// How a project travels to Kaggle: the modes, the parts of a bundle and their compression.
import { join } from 'node:path';

/** What the run on the sample data did with an artifact; `unknown` where the file system keeps no time of access. */
export const ARTIFACT_USES = ['read', 'unread', 'unknown'] as const;

/** The modes of `[pack]` that compile. */
export const COMPILED_MODES = ['app', 'sysimage'] as const;
export type CompiledMode = (typeof COMPILED_MODES)[number];

/** How Julia code travels, as `[pack] mode` names it. */
export const PACK_MODES = ['depot', ...COMPILED_MODES] as const;
export type PackMode = (typeof PACK_MODES)[number];

/** Whether a text, e.g. of the command line, names a way to pack. */
export function isPackMode(text: string): text is PackMode {
  return (PACK_MODES as readonly string[]).includes(text);
}

/** How a tarball can be compressed. */
export const CODECS = ['zstd', 'gzip'] as const;
export type Codec = (typeof CODECS)[number];

/** `[pack] codec` of JuliaKaggle.toml: `auto` takes zstd where the image can write and read it. */
export const WANTED_CODECS = ['auto', ...CODECS] as const;
export type WantedCodec = (typeof WANTED_CODECS)[number];

interface Part {
  /** For people: what it holds, in sentences. */
  readonly about: string;
  /** The name of its dataset where JuliaKaggle.toml gives none; absent: `<competition>-<package>-<kind>`. */
  readonly dataset?: string;
  /** Where the notebook unpacks its tarball; absent: its files are used as they are. */
  readonly unpackTo?: string;
  /** The part after which it is unpacked, for its files replace some of that one's. */
  readonly after?: string;
}

const parts = {
  julia: {
    about: 'Julia itself.',
    dataset: 'julia-on-kaggle-julia-<version>',
    unpackTo: '/opt',
  },
  dotjulia: { about: 'the depot: packages, artifacts and compiled caches.', unpackTo: '/root' },
  'dotjulia-delta': {
    about:
      'what the depot got since dotjulia was made. The same as dotjulia: there is none, and dotjulia is made anew.',
    unpackTo: '/root',
    after: 'dotjulia',
  },
  inferenceapp: { about: 'the package and its path dependencies.', unpackTo: '/root' },
  models: { about: 'the model files.' },
  app: { about: 'the compiled app of [pack] mode = "app".', unpackTo: '/root' },
  sysimage: { about: 'the system image of [pack] mode = "sysimage".', unpackTo: '/root' },
} satisfies Record<string, Part>;

export type PartKind = keyof typeof parts;

/** The parts of a bundle: each is a tarball, or files as they are, in the dataset that JuliaKaggle.toml maps it to. */
export const PARTS: Readonly<Record<PartKind, Part>> = parts;

export const PART_KINDS = Object.keys(parts) as PartKind[];

/** Pure: something for each part. */
export function eachPart<T>(make: (kind: PartKind) => T): Record<PartKind, T> {
  // Every key is there, which the type of `fromEntries` does not tell.
  return Object.fromEntries(PART_KINDS.map((kind) => [kind, make(kind)])) as Record<PartKind, T>;
}

/** Pure: where a tarball is made. @param folder Of the run record, `<project>/.julia-kaggle`. */
export function tarballPath(folder: string, kind: PartKind): string {
  return join(folder, 'bundle', kind);
}

/** Pure: the name of a part's dataset where JuliaKaggle.toml gives none, with words in angles to be filled in. */
export function datasetTemplate(kind: PartKind): string {
  return PARTS[kind].dataset ?? `<competition>-<package>-${kind}`;
}
