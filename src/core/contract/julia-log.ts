import { UserError } from '../../base/errors.ts';
import { readableLine, withoutColours } from './diagnosis/clean-lines.ts';
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
  /** Something arrived with another content than its checksum says. */
  readonly hashMismatch: boolean;
}

/** Wordings of Julia 1.5 to 1.14 (julia-facts sections 3 and 5, docker-julia section 2). Each has one group: the name. */
const DOWNLOADS = [
  /(?:Downloading|Downloaded|Failure)\s+artifact: (\S+)/,
  /Unable to automatically (?:download\/)?install (?:artifact )?'([^']+)'/,
  /Artifact "([^"]+)" (?:was not found|is a lazy artifact)/,
  /This program has requested access to the data dependency (\S+)\.$/,
];
/** curl, wget, Downloads.jl and HTTP.jl (libuv), libgit2, Python. */
const HOSTS = [
  /Could not resolve host: ([\w.-]+)/,
  /unable to resolve host address [‘'"]([^’'"]+)/,
  /DNSError: ([\w.-]+),/,
  /DNSError\("([^"]+)"/,
  /failed to resolve address for ([\w.-]+)/,
  /Failed to resolve '([^']+)'/,
];
/** Serial compilation of any version, and what a REPL or a notebook says of it. */
const RECOMPILED = [/^\s*(?:┌ Debug: |\[ Info: )?Precompiling ([^\s.]+)(?: \[|$)/];
/** Parallel compilation from Julia 1.11 on: a block of lines such as `   1234.5 ms  ✓ Name`, or `  ✓ Name → Extension`. */
const BLOCK_BEGINS = /^\s*Precompiling [^\s.]+\.\.\.$/;
const BLOCK_LINE = /^\s*(?:[\d.]+ ms\s+)?[✓✗] (?:\S+ → )?(\S+)/;
const BLOCK_ENDS = /dependenc(?:y|ies) (?:successfully )?(?:precompiled|errored)/;
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
  let hashMismatch = false;
  let inBlock = false;
  for (const raw of lines) {
    const line = readableLine(raw);
    // A program of the user's may print such a mark too.
    inBlock = BLOCK_BEGINS.test(line) || (inBlock && !BLOCK_ENDS.test(line));
    if (inBlock) collect(line, [BLOCK_LINE], found.recompiled);
    collect(line, DOWNLOADS, found.downloads);
    collect(line, HOSTS, found.hosts);
    collect(line, RECOMPILED, found.recompiled);
    collect(line, MISSING_PACKAGES, found.missing);
    hashMismatch ||= line.includes('Hash Mismatch!');
  }
  return {
    downloads: [...found.downloads],
    hosts: [...found.hosts],
    recompiled: [...found.recompiled],
    missingPackages: [...found.missing],
    hashMismatch,
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
    .map((line) => withoutColours(line).trimEnd())
    .filter((line) => line !== '' && !line.startsWith(REPORT_MARK));
  const begin = shown.findLastIndex((line) => ERROR_BEGINS.test(line));
  return (begin === -1 ? shown.slice(-count) : shown.slice(begin, begin + count)).join('\n');
}

/** Pure: an artifact that could not be had: not reached, or with another content. `doing` is e.g. `while building X`. */
export function artifactError(
  artifact: string,
  doing: string,
  facts: JuliaLogFacts,
  detail: string,
): UserError {
  if (facts.hashMismatch) {
    return new UserError({
      code: 'checksum-mismatch',
      title: `The artifact "${artifact}" arrived with another content than Artifacts.toml says, ${doing}.`,
      detail,
      actions: [
        { title: 'Run again: a proxy or a mirror may have changed it.' },
        { title: 'If it is yours and has changed: make its hashes in Artifacts.toml anew (bind_artifact!).' },
      ],
    });
  }
  return new UserError({
    code: 'artifact-missing',
    title: `The artifact "${artifact}" could not be downloaded ${doing}.`,
    detail,
    actions: [{ title: 'Check its URL in Artifacts.toml and the network of the engine, then run again.' }],
  });
}
