// npm run check:lock: what package-lock.json may name. Everything in it comes from the npm registry, by a hash that the
// registry's content is compared with, and no package gains a program that would run when it is installed unnoticed.
import { pathToFileURL } from 'node:url';
import lockFile from '../package-lock.json' with { type: 'json' };

/** What is read of a package in a lock file of version 3 (docs.npmjs.com/cli/v11/configuring-npm/package-lock-json). */
export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export type LockFile = Readonly<Record<string, LockedPackage>>;

/** Packages with a program for their installation, which .npmrc keeps from running, and why nothing is missed. */
const KNOWN_SCRIPTS: Readonly<Record<string, string>> = {
  '@vscode/vsce-sign': 'copies a program that signs; nothing is signed here',
  'cpu-features': 'compiles an optional part of ssh2',
  esbuild: 'a shortcut to its binary, which it finds without',
  keytar: 'compiles a keychain in which vsce keeps tokens; nothing is published from here',
  protobufjs: 'a warning about versions',
  ssh2: 'compiles optional ciphers; it has them in JavaScript',
};

/** A version, or a range of versions of the package by this very name. */
const RANGE = /^(\*|[~^]?\d[\w.+-]*)$/;

/**
 * What is wrong with a lock file, a line each; none for a good one.
 * @param packages by their folder, as in the file; the one of the project itself by ''.
 */
export function problemsOf(packages: LockFile): string[] {
  const { '': root, ...locked } = packages;
  const found = Object.entries(locked).flatMap(([path, one]) =>
    entryProblems(path, one).map((problem) => `${path}: ${problem}`),
  );
  const wanted = { ...root?.dependencies, ...root?.devDependencies, ...root?.optionalDependencies };
  for (const [name, range] of Object.entries(wanted))
    if (!RANGE.test(range)) found.push(`package.json: ${name} is not named by a version: ${range}`);
  const withScripts = new Set(
    Object.entries(locked).flatMap(([path, one]) => (one.hasInstallScript === true ? [nameOf(path)] : [])),
  );
  for (const name of withScripts)
    if (!Object.hasOwn(KNOWN_SCRIPTS, name))
      found.push(
        `${name} has a program that runs when it is installed: see what it is for, then list it here`,
      );
  for (const name of Object.keys(KNOWN_SCRIPTS))
    if (!withScripts.has(name)) found.push(`${name} has no such program any more: take it off the list`);
  return found;
}

function entryProblems(path: string, one: LockedPackage): string[] {
  return [
    ...(one.link === true ? ['is a link'] : []),
    // The registry's packages have none, by omit-lockfile-registry-resolved in .npmrc.
    ...(one.resolved === undefined ? [] : [`comes from ${one.resolved}, not from the registry`]),
    ...(/^sha512-[A-Za-z0-9+/]{86}==$/.test(one.integrity ?? '') ? [] : ['has no SHA-512']),
    ...(RANGE.test(one.version ?? '') ? [] : ['has no version']),
  ];
}

/** The package that belongs into this folder. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = problemsOf(lockFile.packages);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
