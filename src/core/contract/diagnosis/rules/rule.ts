import type { ErrorAction, ErrorCode } from '../../../../base/errors.ts';
import type { Project } from '../../../artefacts.ts';
import type { Limits } from '../../image/limits.ts';
import type { FindingKind } from '../finding.ts';
import type { JuliaException } from '../julia-exception.ts';

/** What a pattern found: its groups. */
export interface Subject {
  /** The first one; may be empty. */
  readonly subject: string;
  /** The second one. */
  readonly more: string;
}

interface OfProject extends Subject {
  readonly project: Pick<Project, 'name'>;
  /** Something arrived with another content than its checksum says. */
  readonly isAltered: boolean;
  /** What Julia says of the cause, if it does. */
  readonly exception: JuliaException | undefined;
}

/** Whose log it is, and what is known besides it. */
export interface Abouts {
  /** A notebook's run: the rehearsal, on Kaggle, or its probe. */
  readonly run: Subject;
  readonly build: OfProject;
  readonly test: OfProject & { readonly project: Project; readonly limits: Limits };
  readonly compile: OfProject & { readonly project: Project };
  /** `name` is that of the tarball. */
  readonly tar: Subject & { readonly name: string };
}
export type Context = keyof Abouts;

/** What a user is told. */
export interface Told {
  readonly title: string;
  readonly remedies: readonly [ErrorAction, ...ErrorAction[]];
  /** Of the stage's error; absent in a run, whose stage knows it by the kind. */
  readonly code?: ErrorCode;
}

/** A wording, and a line that has it. Lines are clean (`cleanLines`): without colors, and not longer than any wording. */
export type Sign = readonly [pattern: RegExp, learntFrom: string];

/**
 * Wordings that mean the same, and what that is to say in each context in which they are looked for; undefined where it
 * is nothing.
 */
export interface Rule {
  readonly kind: FindingKind;
  readonly signs: readonly [Sign, ...Sign[]];
  readonly says: { readonly [C in Context]?: (about: Abouts[C]) => Told | undefined };
}

/** Remedies that are sentences alone. */
export function remedies(first: string, ...others: readonly string[]): Told['remedies'] {
  return [{ title: first }, ...others.map((title) => ({ title }))];
}
