import { readJuliaLog } from '../julia-log.ts';
import { cleanLines } from './clean-lines.ts';
import { explainAppeared } from './depot-change.ts';
import { type Finding, FINDING_KINDS, isOffline } from './finding.ts';
import { type JuliaException, readJuliaException, type StackFrame } from './julia-exception.ts';
import { addArtifact, addPackage } from './remedies.ts';
import { type Wording, WORDINGS } from './patterns.ts';
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
    ...WORDINGS.flatMap((wording) => byWording(wording, lines)).map((each) => withPlace(each, exception)),
    ...byJulia(lines, log.recompiled ?? []),
    ...explainAppeared(log.appeared ?? []),
    ...byException(lines, exception),
  ];
  const told = withoutConsequences(distinct(findings)).filter((each) => log.failed || isOffline(each));
  return told.toSorted((a, b) => FINDING_KINDS.indexOf(a.kind) - FINDING_KINDS.indexOf(b.kind));
}

/** Where in the user's own code a file was wanted. */
function withPlace(finding: Finding, exception: JuliaException | undefined): Finding {
  if (!exception?.frame || !exception.message.includes(`"${finding.subject}"`)) return finding;
  return { ...finding, title: finding.title.replace(/\.$/, ` (${placeOf(exception.frame)}).`) };
}

function placeOf({ function: name, file, line }: StackFrame): string {
  return `${name} at ${file}:${line}`;
}

function byWording({ kind, patterns, title, remedies }: Wording, lines: readonly string[]): Finding[] {
  const subjects = new Set<string>();
  for (const line of lines)
    for (const pattern of patterns) {
      const found = pattern.exec(line);
      if (found !== null) subjects.add(found[1] ?? '');
    }
  return [...subjects].map((subject) => ({
    kind,
    subject,
    title: title(subject),
    remedies: remedies(subject),
  }));
}

/** What Julia's log says in ways that other stages read too. */
function byJulia(lines: readonly string[], recompiled: readonly string[]): Finding[] {
  const facts = readJuliaLog(lines);
  const names = [...new Set([...facts.recompiled, ...recompiled])];
  const again = explainRecompilation(names, lines);
  return [
    ...facts.downloads.map(downloadFinding),
    ...facts.missingPackages.map(packageFinding),
    ...facts.hosts.map(hostFinding),
    ...(again === undefined ? [] : [again]),
  ];
}

function downloadFinding(name: string): Finding {
  return {
    kind: 'download',
    subject: name,
    title: `The artifact "${name}" is not in the depot: Julia tried to download it, and on Kaggle there is no network.`,
    remedies: [
      addArtifact(name),
      {
        title: 'If it is not lazy, build again so that it is fetched: julia-kaggle run --fresh build.',
        command: 'run --fresh build',
      },
    ],
  };
}

function packageFinding(name: string): Finding {
  return {
    kind: 'package-missing',
    subject: name,
    title: `The package ${name} is used but is not in the bundle.`,
    remedies: [
      addPackage(name),
      { title: 'A path dependency has to lie where the Manifest says, beside or below the project.' },
    ],
  };
}

function hostFinding(host: string): Finding {
  return {
    kind: 'host',
    subject: host,
    title: `The run tried to reach ${host}, and on Kaggle there is no network.`,
    remedies: [
      { title: 'Make the file part of the package, an artifact or a model ([models] files), and run again.' },
    ],
  };
}

/** The exception that ended the run: Julia's, else that of a cell. */
function byException(lines: readonly string[], julia: JuliaException | undefined): Finding[] {
  if (julia !== undefined) {
    const { message, frame } = julia;
    if (isWorded(`ERROR: ${message}`)) return [];
    const place = frame === undefined ? '' : `, in ${placeOf(frame)}`;
    return [exceptionFinding(message, `Julia ended with an exception${place}: ${sentence(message)}`)];
  }
  const cell = lines.findLast((line) => CELL_ERROR.test(line));
  return cell === undefined
    ? []
    : [exceptionFinding(cell, `A cell ended with an exception: ${sentence(cell)}`)];
}

/** Whether it is told in better words already. */
function isWorded(line: string): boolean {
  return WORDINGS.some(({ patterns }) => patterns.some((pattern) => pattern.test(line)));
}

/** The last line of a traceback of Python. */
const CELL_ERROR = /^(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Interrupt)(?:: |$)/;

function exceptionFinding(subject: string, title: string): Finding {
  return {
    kind: 'exception',
    subject,
    title,
    remedies: [{ title: 'Correct the package, and run it again; the log has the whole stack.' }],
  };
}

/** Pure: foreign words as the end of a sentence. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
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
