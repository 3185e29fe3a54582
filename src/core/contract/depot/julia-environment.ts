import { DEPOT } from '../image/paths.ts';

/**
 * Machine-code targets of the caches: any x86-64 can load the first, Kaggle's hosts the third; the same string as
 * the caches that come with Julia (julia-facts section 3, "CPU targets"). Julia up to 1.8 ignores it. What PackageCompiler
 * adds to Julia's own system image is of the first alone, as seen with Julia 1.5.3 and 1.10.4; so it runs anywhere.
 */
export const CPU_TARGET = 'generic;sandybridge,-xsaveopt,clone_all;haswell,-rdrnd,base(1)';

/**
 * The variables of every Julia process, at build and at run alike, so that no cache is rejected (julia-facts
 * section 10). The trailing colon of the depot path keeps the caches that come with Julia; only the driver's folder
 * is left in LD_LIBRARY_PATH, since Kaggle's image names CUDA and Python folders there (section 7).
 */
export const JULIA_ENVIRONMENT: Readonly<Record<string, string>> = {
  HOME: '/root',
  JULIA_DEPOT_PATH: `${DEPOT}:`,
  JULIA_LOAD_PATH: '@:@stdlib',
  JULIA_PKG_PRECOMPILE_AUTO: '0',
  LD_LIBRARY_PATH: '/usr/local/nvidia/lib64',
  LD_PRELOAD: '',
};

/** Variables of this machine that reach the build and the test: where packages come from, and proxies. */
const PASSED_ON = [
  'JULIA_PKG_SERVER',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
] as const;

/**
 * What reaches the build besides, and never the test: how packages of private repositories are got. git reads settings,
 * credentials among them, from the numbered variables (git-config, "GIT_CONFIG_COUNT").
 */
const BUILD_ONLY = [
  'JULIA_PKG_USE_CLI_GIT',
  'JULIA_PKG_SERVER_REGISTRY_PREFERENCE',
  'GIT_CONFIG_COUNT',
] as const;
const BUILD_ONLY_NUMBERED = /^GIT_CONFIG_(KEY|VALUE)_\d{1,3}$/;

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment of a container that may use the network. */
export function onlineEnvironment(environment: Variables): Record<string, string> {
  return {
    ...JULIA_ENVIRONMENT,
    JULIA_CPU_TARGET: CPU_TARGET,
    // Nobody is there to answer DataDeps' question (julia-facts section 5).
    DATADEPS_ALWAYS_ACCEPT: 'true',
    ...picked(environment, PASSED_ON),
  };
}

/** The environment of the build's container: the only one that credentials for private packages come into. */
export function buildEnvironment(environment: Variables): Record<string, string> {
  const numbered = Object.keys(environment).filter((name) => BUILD_ONLY_NUMBERED.test(name));
  return { ...onlineEnvironment(environment), ...picked(environment, [...BUILD_ONLY, ...numbered]) };
}

function picked(environment: Variables, names: readonly string[]): Record<string, string> {
  const found = names.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

/** How Julia is started; `-t` is no part of a cache's validity (julia-facts section 3). */
export function juliaFlags(projectFolder: string, threads: string): string[] {
  return ['--startup-file=no', '--color=no', `--threads=${threads}`, `--project=${projectFolder}`];
}
