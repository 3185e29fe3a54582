import * as l10n from '@vscode/l10n';
import { cleanLines, recompiledIn } from './julia-log.ts';
import { explainAppeared } from './depot-change.ts';
import { type Finding, FINDING_KINDS, type FindingKind, isOffline } from './finding.ts';
import { endedWith, type JuliaException, placeOf, readJuliaException, sentence } from './julia-exception.ts';
import { findingsIn, isWorded } from './rules.ts';
import { explainRecompilation } from './recompilation.ts';

/** What is to be explained. */
export interface RunLog {
  /** The run's output: Julia's own, or a notebook's; what Kaggle says of its end may be among them. */
  readonly lines: readonly string[];
  /** Whether the run ended badly. Of one that ended well only what Kaggle would not let pass is told. */
  readonly failed: boolean;
  /** Packages known by other means to be compiled again, e.g. by the folder of caches before and after. */
  readonly recompiled?: readonly string[];
  /** What the run left in the depot that was not there before, by path below it. */
  readonly appeared?: readonly string[];
}

/**
 * Pure: what a run's log says went wrong, each in a sentence with its remedy; what explains the rest comes first. The
 * rehearsal, the run on Kaggle and its probe are all explained by this.
 */
export function diagnose(log: RunLog): Finding[] {
  const lines = cleanLines(log.lines);
  const exception = readJuliaException(lines);
  const findings = [
    ...findingsIn('run', log.lines, {}).map((each) => withPlace(each, exception)),
    ...recompiled(lines, log.recompiled ?? []),
    ...explainAppeared(log.appeared ?? []),
    ...byException(lines, exception),
  ];
  const told = withoutConsequences(distinct(findings)).filter((each) => log.failed || isOffline(each));
  return told.toSorted((a, b) => FINDING_KINDS.indexOf(a.kind) - FINDING_KINDS.indexOf(b.kind));
}

/** Things that the user's own code wanted, at a place that the exception knows. */
const WANTED: readonly FindingKind[] = ['file-missing', 'read-only', 'library'];

/** Where in the user's own code a file was wanted. */
function withPlace(finding: Finding, exception: JuliaException | undefined): Finding {
  const isWanted = WANTED.includes(finding.kind) && exception?.message.includes(`"${finding.subject}"`);
  if (isWanted !== true || exception?.frame === undefined) return finding;
  const place = placeOf(exception.frame);
  return { ...finding, title: finding.title.replace(/[.。]$/, (end) => ` (${place})${end}`) };
}

function recompiled(lines: readonly string[], known: readonly string[]): Finding[] {
  const again = explainRecompilation([...new Set([...recompiledIn(lines), ...known])], lines);
  return again === undefined ? [] : [again];
}

/** The exception that ended the run: Julia's, else that of a cell. */
function byException(lines: readonly string[], julia: JuliaException | undefined): Finding[] {
  if (julia !== undefined) {
    const { message } = julia;
    if (isWorded(`ERROR: ${message}`, 'run')) return [];
    return [exceptionFinding(message, endedWith(julia))];
  }
  const cell = lines.findLast((line) => CELL_ERROR.test(line));
  return cell === undefined
    ? []
    : [exceptionFinding(cell, l10n.t('A cell ended with an exception: {0}', sentence(cell)))];
}

/** The last line of a traceback of Python. */
const CELL_ERROR = /^(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Interrupt)(?:: |$)/;

function exceptionFinding(subject: string, title: string): Finding {
  return {
    kind: 'exception',
    subject,
    title,
    remedies: [{ title: l10n.t('Correct the package, and run it again; the log has the whole stack.') }],
  };
}

function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ title }) => !seen.has(title) && seen.add(title));
}

/** A failed download asks hosts, and any cause ends in an exception: these are told only when nothing explains them. */
function withoutConsequences(findings: readonly Finding[]): Finding[] {
  const has = (...kinds: readonly Finding['kind'][]): boolean =>
    findings.some(({ kind }) => kinds.includes(kind));
  const causes = findings.some(
    ({ kind }) => kind !== 'exception' && kind !== 'recompilation' && kind !== 'cuda',
  );
  return findings.filter(({ kind, subject }) => {
    if (kind === 'exception') return !causes;
    if (kind === 'depot-changed') return !has('download');
    if (kind === 'host') return !has('download', 'registry');
    if (kind === 'unpack') return !has('disk-full') && !(subject === '' && hasNamed(findings));
    if (kind === 'file-missing') return !has('dataset-missing', 'dataset-stale', 'competition-missing');
    return true;
  });
}

function hasNamed(findings: readonly Finding[]): boolean {
  return findings.some(({ kind, subject }) => kind === 'unpack' && subject !== '');
}
