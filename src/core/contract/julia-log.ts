import { REPORT_MARK } from './step-reports.ts';

/** What a log says about offline readiness. */
export interface JuliaLogFacts {
  /** Artifacts that Julia tried to download, in order of appearance. */
  readonly downloads: readonly string[];
  /** Hosts that were looked up in vain. */
  readonly hosts: readonly string[];
  /** Packages that were compiled again. */
  readonly recompiled: readonly string[];
  /** Packages that were not found. */
  readonly missingPackages: readonly string[];
}

// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const ANSI = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** Wordings of Julia 1.5 to 1.14 (julia-facts sections 3 and 5, docker-julia section 2). Each has one group: the name. */
const DOWNLOADS = [
  /(?:Downloading|Downloaded|Failure)\s+artifact: (\S+)/,
  /Unable to automatically (?:download\/)?install (?:artifact )?'([^']+)'/,
  /Artifact "([^"]+)" (?:was not found|is a lazy artifact)/,
  /The program has requested access to the data dependency (\S+?)\.?$/,
];
const HOSTS = [/Could not resolve host: (\S+)/, /unable to resolve host address [‘'"]?([^’'"\s]+)/];
const RECOMPILED = [
  /^\s*(?:┌ Debug: )?Precompiling ([^\s.]+)(?: \[|$)/,
  /^\s*[\d.]+ ms\s+[✓✗] (\S+)/,
  /^\s+[✓✗] (\S+)$/,
];
const MISSING_PACKAGES = [
  /Package (\S+)(?: \[[^\]]+\])? is required but does not seem to be installed/,
  /Package (\S+) not found in current path/,
];

/** Pure: reads whole lines of Julia's output, as they came, with or without colours. */
export function readJuliaLog(lines: Iterable<string>): JuliaLogFacts {
  const found = {
    downloads: new Set<string>(),
    hosts: new Set<string>(),
    recompiled: new Set<string>(),
    missing: new Set<string>(),
  };
  for (const raw of lines) {
    const line = raw.replace(ANSI, '');
    collect(line, DOWNLOADS, found.downloads);
    collect(line, HOSTS, found.hosts);
    collect(line, RECOMPILED, found.recompiled);
    collect(line, MISSING_PACKAGES, found.missing);
  }
  return {
    downloads: [...found.downloads],
    hosts: [...found.hosts],
    recompiled: [...found.recompiled],
    missingPackages: [...found.missing],
  };
}

function collect(line: string, patterns: readonly RegExp[], into: Set<string>): void {
  for (const pattern of patterns) {
    const name = pattern.exec(line)?.[1];
    if (name !== undefined) into.add(name);
  }
}

/** Where Julia's report of an error begins. */
const ERROR_BEGINS = /^(?:ERROR|fatal: error|signal \(\d+\))/;

/**
 * The part of a log that is worth showing after a failure: from the last error of Julia on, else the last lines;
 * without colours and empty lines, `count` lines at most.
 */
export function errorExcerpt(lines: readonly string[], count: number): string {
  const shown = lines
    .map((line) => line.replace(ANSI, '').trimEnd())
    .filter((line) => line !== '' && !line.startsWith(REPORT_MARK));
  const begin = shown.findLastIndex((line) => ERROR_BEGINS.test(line));
  return (begin === -1 ? shown.slice(-count) : shown.slice(begin, begin + count)).join('\n');
}
