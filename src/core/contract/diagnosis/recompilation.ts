import type { ErrorAction } from '../../../base/errors.ts';
import type { Finding } from './finding.ts';

/** Why Julia did not take a cache. */
interface Reason {
  readonly pattern: RegExp;
  /** Completes "… again, because". */
  readonly because: (groups: readonly string[]) => string;
  readonly remedy: string;
  /** A consequence of another package's recompilation: told only when nothing else is known. */
  readonly follows?: true;
}

const BUILD_AGAIN: ErrorAction = {
  title: 'Make the caches anew: julia-kaggle run --fresh build.',
  command: 'run --fresh build',
};

/**
 * Wordings of base/loading.jl from Julia 1.5 to 1.14 (julia-facts section 3, "What happens on rejection"): the debug
 * lines of 1.5 to 1.10, and the reason words of 1.11 and newer.
 */
const REASONS: readonly Reason[] = [
  {
    pattern: /because it is for file (\S+) not file (\S+)/,
    because: ([made = '', now = '']) => `the cache was made for ${made} and the source lies in ${now}`,
    remedy:
      'Keep the source at the path of the build: inside the package, loaded by its name and not by include.',
  },
  {
    pattern: /wrong source|nonresolveable depot|depot could not be resolved|Unable to resolve @depot tag/,
    because: () => 'its source lies at another path than at the build, outside of the depot',
    remedy:
      'Keep the package inside the project or beside it as a path dependency: both travel in the depot.',
  },
  {
    pattern: /because file (\S+) \(mtime [\d.e+]+\) has changed/,
    because: ([file = '']) => `${file} has another time or content than at the build`,
    remedy:
      'Write to no source file during the run (touch, git checkout, a generated file that is included).',
  },
  {
    pattern: /include_dependency (?:mtime|fsize|fhash) change|file content changed|missing sourcefile/,
    because: () => 'a file that it includes has changed since the build, or is gone',
    remedy:
      'Write to no source file during the run (touch, git checkout, a generated file that is included).',
  },
  {
    pattern:
      /target mismatch|can't be loaded on this target|Unable to find compatible target|different system or CPU target/,
    because: () => 'its machine code is for another processor than this one',
    remedy:
      'Set neither JULIA_CPU_TARGET nor -C in the package: the build makes code for every x86-64 processor.',
  },
  {
    pattern: /flags are mismatched|mismatched flags|different compilation options/,
    because: () =>
      'Julia ran with other flags than at the build (-O, -g, --check-bounds, --inline, --pkgimages)',
    remedy:
      'Start no second Julia with such flags, and set none of them in the run; they make another set of caches.',
  },
  {
    pattern: /preferences hash|package preferences changed/,
    because: () => 'its preferences (LocalPreferences.toml) are others than at the build',
    remedy:
      'Commit LocalPreferences.toml beside Project.toml, with the package in [extras], and change no preference during the run.',
  },
  {
    pattern:
      /incompatible\/invalid cache header|incompatible (?:cache )?header|wrong julia version|invalid cache header/,
    because: () => 'the cache was made by another build of Julia',
    remedy: 'Let julia in JuliaKaggle.toml and the Manifest name the same version.',
  },
  {
    pattern: /missing ocachefile|ocachefile/,
    because: () => 'the machine code beside the cache (.so) is missing or damaged',
    remedy: 'Leave compiled/ out of [pack] exclude.',
  },
  {
    pattern:
      /does not provide desired build_id|wrong dep version|dep missing source|is already loaded and incompatible/,
    because: () => 'a package that it uses was compiled again, or loaded in another version',
    remedy: 'Look at the first package that was compiled again; the others follow it.',
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
): Finding | undefined {
  if (names.length === 0) return undefined;
  const [because, remedy] = causeInLog(names, lines) ?? guess(names);
  return {
    kind: 'recompilation',
    subject: names.join(', '),
    title: `Julia compiled ${names.join(', ')} again${because === undefined ? '' : `, because ${because}`}.`,
    remedies: remedy === undefined ? [BUILD_AGAIN] : [{ title: remedy }, BUILD_AGAIN],
  };
}

type Cause = readonly [because: string | undefined, remedy: string | undefined];

function causeInLog(names: readonly string[], lines: readonly string[]): Cause | undefined {
  const about = debugMessages(lines).filter((message) => isAbout(message, names));
  const found = about.flatMap((line) => {
    const reason = REASONS.find(({ pattern }) => pattern.test(line));
    return reason === undefined ? [] : [{ reason, groups: [...(reason.pattern.exec(line) ?? [])].slice(1) }];
  });
  const first = found.find(({ reason }) => reason.follows === undefined) ?? found[0];
  return first && [first.reason.because(first.groups), first.reason.remedy];
}

/** Each message whole: Julia's logging breaks a long one into `┌`, `│` and `└`. */
function debugMessages(lines: readonly string[]): string[] {
  const messages: string[] = [];
  for (const line of lines) {
    if (/^[│└]/.test(line) && messages.length > 0) messages.push(`${messages.pop() ?? ''} ${line.slice(1)}`);
    else messages.push(line);
  }
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
function guess(names: readonly string[]): Cause {
  if (names.some((name) => /^CUDA|^cuDNN|CUDNN_jll|CUTENSOR/i.test(name)))
    return [
      'the build of CUDA hangs on the driver, or its preference is missing',
      'Pin the toolkit: julia-kaggle pin-cuda --write.',
    ];
  if (names.every((name) => STANDARD_LIBRARIES.test(name)))
    return [
      "Julia's own caches were not found: JULIA_DEPOT_PATH has no trailing colon",
      'Leave JULIA_DEPOT_PATH alone in the package and in your own cells.',
    ];
  return [undefined, undefined];
}
