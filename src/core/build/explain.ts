import { type ErrorAction, type ErrorCode, UserError } from '../../base/errors.ts';
import type { Project } from '../artefacts.ts';
import { artifactError, errorExcerpt, readJuliaLog } from '../contract/julia-log.ts';

const DETAIL_LINES = 15;

/** What a pattern of Pkg's output means. The first that fits is told; the groups are the names in it. */
interface Reason {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  /** Told even where the log speaks of an artifact or a host too. */
  readonly first?: true;
  readonly title: (project: string, name: string) => string;
  readonly remedies: readonly [ErrorAction, ...ErrorAction[]];
}

const SCRIPT_FAILED = /Error building [`']?([^\s`':]+)/;

/** The likeliest first: what is not reached is mostly behind a proxy, or not reached at all. */
const NETWORK_REMEDIES: Reason['remedies'] = [
  {
    title:
      "Check the network of the engine's machine; behind a proxy, set https_proxy here: it is handed on to the build.",
  },
  { title: 'If packages come from a mirror, set JULIA_PKG_SERVER to its address.' },
];

/** Wordings of Pkg 1.5 to 1.12 (Operations.jl, PlatformEngines.jl, Artifacts.jl, loading.jl). */
const REASONS: readonly Reason[] = [
  {
    pattern: /No space left on device/,
    code: 'disk-full',
    first: true,
    title: (name) => `The engine's disk is full: ${name} could not be built.`,
    remedies: [{ title: 'Free some space (docker system df shows what uses it) and run again.' }],
  },
  {
    pattern: /expected package `?([^\s`[]+)[^\n]*to be registered/,
    code: 'package-missing',
    title: (_, name) => `The package ${name} of the Manifest is in no registry that the build can reach.`,
    remedies: [
      { title: 'Add it by its repository (Pkg.add(url = "…")) or as a path dependency (Pkg.develop).' },
      { title: 'A registry of your own: serve it by JULIA_PKG_SERVER.' },
    ],
  },
  {
    // What a server of packages does not give is cloned next, so that this is the last word (docker-julia section 2).
    pattern:
      /^ERROR: (?:\w+: )*(?:failed to (?:clone|fetch) from|could not download) ['`]?(https?:\/\/\S*?(?:\/General(?:\.git)?|\/registr(?:y|ies)))(?=[\s,'`/]|$)/,
    code: 'julia-failed',
    title: (_, url) => `The registry of Julia's packages could not be fetched from ${url}.`,
    remedies: NETWORK_REMEDIES,
  },
  {
    pattern: /failed to (?:clone|fetch) from ['`]?([^\s,'`]+)/i,
    code: 'julia-failed',
    title: (_, url) => `A package could not be cloned from ${url}.`,
    remedies: [
      { title: 'Check the address in the Manifest (repo-url) and the network of the engine.' },
      {
        title:
          'A private repository: use an https address, and give the build credentials by JULIA_PKG_USE_CLI_GIT=true and GIT_CONFIG_COUNT (user guide, "Private packages").',
      },
    ],
  },
  {
    pattern: SCRIPT_FAILED,
    code: 'julia-failed',
    title: (_, name) => `The build script of ${name} (deps/build.jl) failed.`,
    remedies: [
      { title: 'The lines above are its own; what it lacks has to be in the image or in the package.' },
    ],
  },
  {
    pattern: /Failed to precompile ([^\s[]+)/,
    code: 'julia-failed',
    title: (_, name) => `${name} could not be compiled.`,
    remedies: [
      { title: 'The lines above say where in its source; correct it, or take another version of it.' },
    ],
  },
];

/** Pure: whether a package's build script failed: Pkg of Julia 1.5 says so and goes on. */
export function hasFailedScript(lines: readonly string[]): boolean {
  return lines.some((line) => SCRIPT_FAILED.test(line));
}

/** Pure: why instantiating and precompiling ended badly, from the exit code and the output. */
export function explainBuild(project: Project, exitCode: number, lines: readonly string[]): UserError {
  const detail = errorExcerpt(lines, DETAIL_LINES);
  const known = reasonIn(lines);
  if (known?.reason.first === true) return told(project, known, detail);
  const facts = readJuliaLog(lines);
  const [artifact] = facts.downloads;
  const [host] = facts.hosts;
  if (artifact !== undefined) return artifactError(artifact, `while building ${project.name}`, facts, detail);
  if (known !== undefined) return told(project, known, detail);
  if (host !== undefined) {
    return new UserError({
      code: 'julia-failed',
      title: `The build could not reach ${host}.`,
      detail,
      actions: NETWORK_REMEDIES,
    });
  }
  return new UserError({
    code: 'julia-failed',
    title: `Julia could not build ${project.name} (exit code ${exitCode}).`,
    detail,
    actions: [{ title: 'Read the last lines above; correct the project or its Manifest and run again.' }],
  });
}

interface Known {
  readonly reason: Reason;
  readonly name: string;
}

function reasonIn(lines: readonly string[]): Known | undefined {
  for (const reason of REASONS) {
    for (const line of lines) {
      const match = reason.pattern.exec(line);
      if (match !== null) return { reason, name: match[1] ?? '' };
    }
  }
  return undefined;
}

function told(project: Project, { reason, name }: Known, detail: string): UserError {
  const { code, title, remedies } = reason;
  return new UserError({ code, title: title(project.name, name), detail, actions: remedies });
}
