import { DEPOT } from './paths.ts';

/**
 * Machine-code targets of the caches: any x86-64 can load the first, Kaggle's hosts the third; the same string as
 * the caches that come with Julia (julia-facts section 3, "CPU targets"). Julia up to 1.8 ignores it.
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

/** The environment of a container that may use the network. */
export function onlineEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...JULIA_ENVIRONMENT, JULIA_CPU_TARGET: CPU_TARGET, ...Object.fromEntries(passed) };
}

/** How Julia is started; `-t` is no part of a cache's validity (julia-facts section 3). */
export function juliaFlags(projectFolder: string, threads: string): string[] {
  return ['--startup-file=no', '--color=no', `--threads=${threads}`, `--project=${projectFolder}`];
}
