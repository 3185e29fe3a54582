import type { Project } from '../../artefacts.ts';
import { REPORT_MARK } from '../script-facts.ts';
import { cleanLines, readableLine } from './julia-log.ts';
import { type Finding, FINDING_KINDS, type FindingKind } from './finding.ts';
import { readJuliaException } from './julia-exception.ts';
import { INPUT_RULES } from './rules/inputs.ts';
import { MACHINE_RULES } from './rules/machine.ts';
import { PACKAGE_RULES } from './rules/packages.ts';
import type { Abouts, Context, Rule, Subject } from './rules/rule.ts';

/** All that logs are looked through for, each with the contexts in which it means something. */
export const RULES: readonly Rule[] = [...INPUT_RULES, ...MACHINE_RULES, ...PACKAGE_RULES];

/** Nobody reads more of one kind. */
const MOST_SUBJECTS = 20;
/** Why Julia did not take a cache, in the debug lines of its loading: explained by recompilation.ts. */
const ABOUT_CACHES =
  /Precompiling |[✓✗] |Reject|Ignoring cache|Unable to (?:resolve|find)|cache misses|Hash Mismatch!/;

/**
 * Pure: what a log says in this context; what explains others comes first, and of one rule what the log has first.
 * @param lines as they came
 * @param known what the words of the findings need besides
 */
export function findingsIn<C extends Context>(
  context: C,
  lines: readonly string[],
  known: Omit<Abouts[C], keyof Subject>,
): Finding[] {
  const clean = cleanLines(lines);
  const findings = RULES.flatMap((rule) => {
    const says = rule.says[context];
    if (says === undefined) return [];
    return subjectsOf(rule, clean).flatMap((subject): Finding[] => {
      // What is left out of `known` is what the subject has.
      const told = says({ ...known, ...subject } as unknown as Abouts[C]);
      return told === undefined ? [] : [{ kind: rule.kind, subject: subject.subject, ...told }];
    });
  });
  return findings.toSorted((a, b) => FINDING_KINDS.indexOf(a.kind) - FINDING_KINDS.indexOf(b.kind));
}

/** Pure: the subjects of all rules of a kind, in the order of the lines, which are as they came. */
export function namesOf(kind: FindingKind, lines: readonly string[]): string[] {
  const rules = RULES.filter((rule) => rule.kind === kind);
  const subjects = lines.map(readableLine).flatMap((line) => rules.flatMap((rule) => subjectsIn(rule, line)));
  return [...new Set(subjects.map(({ subject }) => subject))];
}

/** Pure: whether a rule has words for this line. */
export function isWorded(line: string, context: Context): boolean {
  return RULES.some((rule) => rule.says[context] !== undefined && subjectsIn(rule, line).length > 0);
}

/** Pure: whether a line says something that any stage looks for, and so is kept of a log whose middle is left out. */
export function isTelling(line: string): boolean {
  if (line.startsWith(REPORT_MARK)) return true;
  const readable = readableLine(line);
  return ABOUT_CACHES.test(readable) || RULES.some((rule) => subjectsIn(rule, readable).length > 0);
}

/** Pure: what is known of a stage's log besides its lines. */
export function ofProject<P extends Pick<Project, 'name'>>(
  project: P,
  lines: readonly string[],
): Omit<Abouts['build'], keyof Subject> & { readonly project: P } {
  const isAltered = lines.some((line) => line.includes('Hash Mismatch!'));
  return { project, isAltered, exception: readJuliaException(cleanLines(lines)) };
}

function subjectsOf(rule: Rule, lines: readonly string[]): Subject[] {
  const subjects = new Map<string, Subject>();
  for (const line of lines) {
    if (subjects.size >= MOST_SUBJECTS) break;
    for (const each of subjectsIn(rule, line)) subjects.set(`${each.subject}\n${each.more}`, each);
  }
  return [...subjects.values()];
}

function subjectsIn({ signs }: Rule, line: string): Subject[] {
  return signs.flatMap(([pattern]) => {
    const found = pattern.exec(line);
    return found === null ? [] : [{ subject: found[1] ?? '', more: found[2] ?? '' }];
  });
}
