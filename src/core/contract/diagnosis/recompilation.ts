import * as l10n from '@vscode/l10n';
import type { ErrorAction } from '../../../base/errors.ts';
import type { Finding } from './finding.ts';

/** Why Julia did not take a cache. */
interface Reason {
  readonly pattern: RegExp;
  /** Completes "… again, because", with the groups that took part in the pattern's find. */
  because(first: string, second: string): string;
  remedy(): string;
  /** A consequence of another package's recompilation: told only when nothing else is known. */
  readonly follows?: true;
}

/** So many packages are named, and looked for in the log. */
const MOST_NAMES = 20;

function buildAgain(): ErrorAction {
  return {
    title: l10n.t('Make the caches anew: julia-kaggle run --fresh build.'),
    command: 'run --fresh build',
  };
}

/**
 * Wordings of base/loading.jl from Julia 1.5 to 1.14 (julia-facts section 3, "What happens on rejection"): the debug
 * lines about a cache file, and the reason words of 1.11 and newer, which are absent where packages are compiled side by
 * side.
 */
const REASONS: readonly Reason[] = [
  {
    pattern: /because it is for file (\S+) not file (\S+)/,
    because: (file, other) => l10n.t('the cache was made for {0} and the source lies in {1}', file, other),
    remedy: () =>
      l10n.t(
        'Keep the source at the path of the build: inside the package, loaded by its name and not by include.',
      ),
  },
  {
    pattern: /wrong source|nonresolveable depot|depot could not be resolved|Unable to resolve @depot tag/,
    because: () => l10n.t('its source lies at another path than at the build, outside of the depot'),
    remedy: () =>
      l10n.t(
        'Keep the package inside the project or beside it as a path dependency: both travel in the depot.',
      ),
  },
  {
    pattern:
      /because (?:file (\S+) \(mtime [\d.e+]+\)|(?:file size|hash) of (\S+)|mtime of include_dependency (\S+)) has changed/,
    because: (file) => l10n.t('{0} has another time or content than at the build', file),
    remedy: () =>
      l10n.t(
        'Write to no source file during the run (touch, git checkout, a generated file that is included).',
      ),
  },
  {
    pattern: /because file (\S+) does not exist/,
    because: (file) => l10n.t('{0}, which it includes, does not exist any more', file),
    remedy: () => l10n.t('Include files of the package alone, and delete none of them during the run.'),
  },
  {
    pattern: /include_dependency (?:mtime|fsize|fhash) change|file content changed|missing sourcefile/,
    because: () => l10n.t('a file that it includes has changed since the build, or is gone'),
    remedy: () =>
      l10n.t(
        'Write to no source file during the run (touch, git checkout, a generated file that is included).',
      ),
  },
  {
    pattern:
      /target mismatch|can't be loaded on this target|Unable to find compatible target|different system or CPU target/,
    because: () => l10n.t('its machine code is for another processor than this one'),
    remedy: () =>
      l10n.t(
        'Set neither JULIA_CPU_TARGET nor -C in the package: the build makes code for every x86-64 processor.',
      ),
  },
  {
    pattern: /flags are mismatched|mismatched flags|different compilation options/,
    because: () =>
      l10n.t('Julia ran with other flags than at the build (-O, -g, --check-bounds, --inline, --pkgimages)'),
    remedy: () =>
      l10n.t(
        'Start no second Julia with such flags, and set none of them in the run; they make another set of caches.',
      ),
  },
  {
    pattern: /preferences hash|package preferences changed/,
    because: () => l10n.t('its preferences (LocalPreferences.toml) are others than at the build'),
    remedy: () =>
      l10n.t(
        'Commit LocalPreferences.toml beside Project.toml, with the package in [extras], and change no preference during the run.',
      ),
  },
  {
    pattern:
      /invalid cache header|incompatible (?:cache )?header|wrong julia version|made with a different julia version/,
    because: () => l10n.t('the cache was made by another build of Julia'),
    remedy: () => l10n.t('Let julia in JuliaKaggle.toml and the Manifest name the same version.'),
  },
  {
    pattern: /ocachefile|since pkgimage \S+ was not found/,
    because: () => l10n.t('the machine code beside the cache (.so) is missing or damaged'),
    remedy: () => l10n.t('Leave compiled/ out of [pack] exclude.'),
  },
  {
    pattern: /invalid checksum/,
    because: () => l10n.t('the cache is damaged'),
    remedy: () => l10n.t('Leave the files below compiled/ as they are during the run.'),
  },
  {
    pattern: /uuid mapping for .{1,200} has changed/,
    because: () => l10n.t('a package that it uses has another uuid than at the build'),
    remedy: () => l10n.t('Let one environment be active during the run: that of the build.'),
  },
  {
    pattern:
      /does not provide desired build_id|provides the wrong build_id|is missing from the cache|because dependency .{1,200} not found|wrong dep version|dep missing source|is already loaded and incompatible/,
    because: () => l10n.t('a package that it uses was compiled again, or loaded in another version'),
    remedy: () => l10n.t('Look at the first package that was compiled again; the others follow it.'),
    follows: true,
  },
];

/** Standard libraries whose caches come with Julia 1.11 and newer, outside of the depot (julia-facts section 4). */
const STANDARD_LIBRARIES =
  /^(?:Dates|Printf|REPL|Pkg|Statistics|Test|Markdown|Unicode|UUIDs|TOML|Downloads|LibCURL|Distributed|SparseArrays|DelimitedFiles|Serialization|Logging|InteractiveUtils|Tar|NetworkOptions|ArgTools|Mmap|Profile|Base64|StyledStrings|JuliaSyntaxHighlighting|LazyArtifacts|SharedArrays|CRC32c|Future)$/;

/** Pure: what was compiled again, and why: from the debug lines about its caches, else from which packages they are. */
export function explainRecompilation(
  names: readonly string[],
  lines: readonly string[],
  when: 'done' | 'foreseen' = 'done',
): Finding | undefined {
  if (names.length === 0) return undefined;
  const first = names.slice(0, MOST_NAMES);
  const cause = causeInLog(first, lines) ?? guess(names);
  const more = names.length - MOST_NAMES;
  const list = first.join(', ');
  const shown = more > 0 ? l10n.t('{0} and {1} more', list, more) : list;
  return {
    kind: 'recompilation',
    subject: first.join(', '),
    title: titleOf(shown, cause?.because, when),
    remedies: cause === undefined ? [buildAgain()] : [{ title: cause.remedy }, buildAgain()],
  };
}

function titleOf(shown: string, because: string | undefined, when: 'done' | 'foreseen'): string {
  if (when === 'foreseen')
    return because === undefined
      ? l10n.t('Julia would compile {0} again.', shown)
      : l10n.t('Julia would compile {0} again, because {1}.', shown, because);
  return because === undefined
    ? l10n.t('Julia compiled {0} again.', shown)
    : l10n.t('Julia compiled {0} again, because {1}.', shown, because);
}

interface Cause {
  readonly because: string;
  readonly remedy: string;
  readonly follows?: true;
}

function causeInLog(names: readonly string[], lines: readonly string[]): Cause | undefined {
  const found = debugMessages(lines)
    .filter((message) => isAbout(message, names))
    .flatMap((message) => reasonIn(message) ?? []);
  return found.find(({ follows }) => follows !== true) ?? found[0];
}

function reasonIn(message: string): Cause | undefined {
  for (const reason of REASONS) {
    const found = reason.pattern.exec(message);
    if (found === null) continue;
    const [first = '', second = ''] = found.slice(1).filter((group?: string) => group !== undefined);
    return { ...reason, because: reason.because(first, second), remedy: reason.remedy() };
  }
  return undefined;
}

/** Each message whole: Julia's logging breaks a long one into `┌`, `│` and `└`. */
function debugMessages(lines: readonly string[]): string[] {
  const messages: string[] = [];
  for (const line of lines) messages.push(/^[│└]/.test(line) ? `${messages.pop() ?? ''} ${line}` : line);
  return messages;
}

/** Whether a message says why a cache of one of these packages was not taken. */
function isAbout(line: string, names: readonly string[]): boolean {
  if (line.includes('cache misses: ')) return names.some((name) => line.includes(`Precompiling ${name} `));
  if (!/Reject|Ignoring cache|Unable to (?:resolve|find)/.test(line)) return false;
  return names.some(
    (name) => line.includes(`/${name}/`) || line.includes(` for ${name} `) || line.includes(` for ${name}:`),
  );
}

/** julia-facts section 10, "Typical failure → cause map". */
function guess(names: readonly string[]): Cause | undefined {
  if (names.some((name) => /^(?:CUDA|cuDNN|CUTENSOR)/i.test(name)))
    return {
      because: l10n.t('the build of CUDA hangs on the driver, or its preference is missing'),
      remedy: l10n.t('Pin the toolkit: julia-kaggle pin-cuda --write.'),
    };
  if (names.every((name) => STANDARD_LIBRARIES.test(name)))
    return {
      because: l10n.t("Julia's own caches were not found: JULIA_DEPOT_PATH has no trailing colon"),
      remedy: l10n.t('Leave JULIA_DEPOT_PATH alone in the package and in your own cells.'),
    };
  return undefined;
}
