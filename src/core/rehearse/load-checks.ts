import * as l10n from '@vscode/l10n';
import { ownText } from '../../base/own-text.ts';
import { KeptLines } from '../../base/kept-lines.ts';
import type { Project } from '../artefacts.ts';
import { isTelling } from '../contract/diagnosis/rules.ts';
import type { Finding } from '../contract/diagnosis/finding.ts';
import { explainRecompilation } from '../contract/diagnosis/recompilation.ts';
import { type Fact, factReader } from '../contract/script-facts.ts';
import { pythonLiteral } from '../contract/notebook/ipynb.ts';
import { JULIA_ENVIRONMENT, juliaFlags } from '../contract/depot/julia-environment.ts';
import { olderThan } from '../../julia/julia-version.ts';
import { DEPOT, juliaProgram, stagedFolder } from '../contract/image/paths.ts';
import { sysimageFlag } from '../contract/image/run-command.ts';
import { readStepReport, type StepReport } from '../contract/notebook/step-reports.ts';

/** The package is loaded once more, under stricter rules than those of the notebook's run. */
export interface LoadCheck {
  readonly name: 'load-strict' | 'load-generic';
  readonly flags: readonly string[];
}

/** Loading is a matter of seconds; a check that takes longer is left out rather than waited for. */
const SECONDS = 300;
const BEGIN = 'load-checks';

/**
 * Pure: what a version of Julia can be asked (julia-facts sections 3 and 10): from 1.11 on `strict` fails where a cache
 * does not fit; from 1.9 on caches hold machine code, and `-C generic` takes those only that run on any processor. A
 * system image always has machine code: with `-C generic` one for this processor alone does not start (section 6). An
 * app has neither Julia's program nor caches.
 */
export function planLoadChecks({
  juliaVersion,
  packMode,
}: Pick<Project, 'juliaVersion' | 'packMode'>): LoadCheck[] {
  if (packMode === 'app') return [];
  const inImage = packMode === 'sysimage';
  const image = inImage ? [sysimageFlag()] : [];
  const isStrict = !olderThan(juliaVersion, 1, 11);
  const strict = isStrict ? ['--compiled-modules=strict'] : [];
  const hasMachineCode = inImage || !olderThan(juliaVersion, 1, 9);
  return [
    ...(isStrict ? [{ name: 'load-strict', flags: [...image, ...strict] } as const] : []),
    ...(hasMachineCode
      ? [{ name: 'load-generic', flags: [...image, '-C', 'generic', ...strict] } as const]
      : []),
  ];
}

/**
 * Pure: the Python program that does the checks after the notebook; undefined when there is nothing to check.
 * @param again what `runAgainProgram` gives.
 */
export function loadChecksProgram(
  project: Project,
  checks: readonly LoadCheck[],
  again?: string,
): string | undefined {
  const isPackage = project.packages.some(({ place }) => place === project.place);
  if ((checks.length === 0 && again === undefined) || !isPackage) return undefined;
  const commands = checks.map(({ name, flags }) => [
    name,
    [
      juliaProgram(project.juliaVersion),
      ...flags,
      ...juliaFlags(stagedFolder(project.place), project.run.threads),
      '-e',
      `import ${project.name}`,
    ],
    SECONDS,
  ]);
  return [
    `CHECKS = ${pythonLiteral(commands)}`,
    `ENVIRONMENT = ${pythonLiteral({ ...JULIA_ENVIRONMENT, JULIA_PKG_OFFLINE: 'true' })}`,
    `DEPOT = ${pythonLiteral(DEPOT)}`,
    again ?? 'AGAIN = None',
    '',
    ownText(import.meta.dirname, 'scripts', 'load-checks.py'),
  ].join('\n');
}

/** What one check printed and how it ended. */
export interface LoadCheckOutcome {
  readonly report: StepReport;
  readonly lines: readonly string[];
}

export interface SplitLog {
  /** The notebook's own, as far as they are kept. */
  readonly notebook: readonly string[];
  /** What the notebook's steps reported. */
  readonly steps: readonly StepReport[];
  readonly checks: readonly LoadCheckOutcome[];
  /** Packages that are compiled at each loading by their own wish. */
  readonly neverCompiled: readonly string[];
  /** What Julia compiled in a run after the notebook's, of the project's own. */
  readonly compiled: readonly Fact<'compiled-method'>[];
}

const readCompiled = factReader('compiled-method');

/** A notebook has a handful; a program that prints more of them fills no memory. */
const MOST_REPORTS = 1_000;

/** Takes the output of a rehearsal apart as it comes: the notebook's lines and reports, then those of the checks. */
export class RehearsalLog {
  readonly #notebook = new KeptLines(isTelling);
  readonly #steps: StepReport[] = [];
  readonly #checks: LoadCheckOutcome[] = [];
  readonly #compiled: Fact<'compiled-method'>[] = [];
  #begin: StepReport | undefined;
  #own = new KeptLines(isTelling);

  add(line: string): void {
    const report = this.#steps.length + this.#checks.length < MOST_REPORTS ? readStepReport(line) : undefined;
    if (this.#begin === undefined && report?.step === BEGIN) this.#begin = report;
    else if (this.#begin === undefined) {
      this.#notebook.add(line);
      if (report !== undefined) this.#steps.push(report);
    } else if (report === undefined) this.#takeOwn(line);
    else {
      this.#checks.push({ report, lines: this.#own.lines });
      this.#own = new KeptLines(isTelling);
    }
  }

  #takeOwn(line: string): void {
    const compiled = this.#compiled.length < MOST_REPORTS ? readCompiled(line) : undefined;
    if (compiled === undefined) this.#own.add(line);
    else this.#compiled.push(compiled);
  }

  split(): SplitLog {
    return {
      notebook: this.#notebook.lines,
      steps: this.#steps,
      checks: this.#checks,
      neverCompiled: this.#begin?.neverCompiled ?? [],
      compiled: this.#compiled,
    };
  }
}

export interface LoadVerdict {
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
}

/** base/loading.jl of 1.11 and newer (julia-facts section 3): `Precompiled image X not available with flags …`. */
const NOT_AVAILABLE = /Precompiled image (?:Base\.PkgId\()?"?(\w+)"?.{0,200}? not available/;
const OTHER_PROCESSOR = /target mismatch|can't be loaded on this target|Unable to find compatible target/;

/**
 * Pure: what the checks say. A cache that does not fit fails the rehearsal, because Kaggle would compile it again. What
 * says nothing of Kaggle is a warning: packages without a cache by their own wish, a package that does not load with such
 * flags for another reason, and a cache refused on another processor for another reason than its machine code.
 */
export function judgeLoadChecks({
  checks,
  neverCompiled,
}: Pick<SplitLog, 'checks' | 'neverCompiled'>): LoadVerdict {
  const findings: Finding[] = [];
  const warnings: string[] = [];
  for (const check of checks) {
    const names = refusedBy(check);
    if (names.length === 0 && refusedImage(check)) findings.push(imageOfThisProcessor());
    else if (names.length === 0) warnings.push(...withoutVerdict(check));
    else if (neverCompiled.length > 0) warnings.push(byTheirWish(names, neverCompiled));
    else if (check.report.step === 'load-strict') findings.push(...recompilation(names, check.lines));
    else if (check.lines.some((line) => OTHER_PROCESSOR.test(line))) findings.push(otherProcessor(names));
    else
      warnings.push(
        l10n.t(
          'Loaded for a processor of another kind, Julia did not take the caches of {0}.',
          names.join(', '),
        ),
      );
  }
  return { findings, warnings: [...new Set(warnings)] };
}

function refusedBy({ report, lines }: LoadCheckOutcome): string[] {
  const said = lines.flatMap((line) => NOT_AVAILABLE.exec(line)?.[1] ?? []);
  const compiled = (report.recompiled ?? []).map((path) => path.split('/').at(-2) ?? path);
  return [...new Set([...said, ...compiled])];
}

/** Julia says so when it starts, and ends (julia-facts section 6). */
function refusedImage({ report, lines }: LoadCheckOutcome): boolean {
  return report.exitCode !== 0 && lines.some((line) => OTHER_PROCESSOR.test(line));
}

function withoutVerdict({ report }: LoadCheckOutcome): string[] {
  if (report.exitCode === 0) return [];
  const { step, exitCode } = report;
  if (exitCode === undefined)
    return [
      step === 'load-strict'
        ? l10n.t(
            'Loading the package with caches alone took over {0} s: whether its caches fit could not be checked this way (the log has more).',
            SECONDS,
          )
        : l10n.t(
            'Loading the package for a processor of another kind took over {0} s: whether its caches fit could not be checked this way (the log has more).',
            SECONDS,
          ),
    ];
  return [
    step === 'load-strict'
      ? l10n.t(
          'Loading the package with caches alone ended with exit code {0}: whether its caches fit could not be checked this way (the log has more).',
          exitCode,
        )
      : l10n.t(
          'Loading the package for a processor of another kind ended with exit code {0}: whether its caches fit could not be checked this way (the log has more).',
          exitCode,
        ),
  ];
}

function byTheirWish(names: readonly string[], neverCompiled: readonly string[]): string {
  return l10n.t(
    '{0} has no cache by its own wish (__precompile__(false)): Julia compiles it, and what uses it ({1}), in each run on Kaggle.',
    neverCompiled.join(', '),
    names.join(', '),
  );
}

function recompilation(names: readonly string[], lines: readonly string[]): Finding[] {
  const found = explainRecompilation(names, lines, 'foreseen');
  return found === undefined ? [] : [found];
}

function imageOfThisProcessor(): Finding {
  return {
    kind: 'processor',
    subject: '',
    title: l10n.t(
      "The system image has machine code for this processor only: on another one of Kaggle's, Julia would not start.",
    ),
    remedies: [
      {
        title: l10n.t('Compile it anew, for every x86-64 processor: julia-kaggle run --fresh pack.'),
        command: 'run --fresh pack',
      },
      { title: l10n.t('Or pack the depot: [pack] mode = "depot".'), command: 'mode depot' },
    ],
  };
}

function otherProcessor(names: readonly string[]): Finding {
  return {
    kind: 'recompilation',
    subject: names.join(', '),
    title: l10n.t(
      "The caches of {0} have machine code for this processor only: on another one of Kaggle's, Julia would compile them again.",
      names.join(', '),
    ),
    remedies: [
      {
        title: l10n.t(
          'Set neither JULIA_CPU_TARGET nor -C in the package: the build makes code for every x86-64 processor.',
        ),
      },
      {
        title: l10n.t('Make the caches anew: julia-kaggle run --fresh build.'),
        command: 'run --fresh build',
      },
    ],
  };
}
