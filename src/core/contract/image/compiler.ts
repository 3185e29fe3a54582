import * as l10n from '@vscode/l10n';
import { defined } from '../../../base/defined.ts';
import { UserError } from '../../../base/errors.ts';
import { ownText } from '../../../base/own-text.ts';
import type { Engine } from '../../../docker/engine.ts';
import { runScript } from '../../../docker/run-script.ts';
import type { TarFile } from '../../../docker/tar-files.ts';
import type { Project } from '../../artefacts.ts';
import type { StageContext } from '../../stage.ts';
import { compiledWhat, depotInstead } from '../diagnosis/remedies.ts';
import { type Fact, factReader, scriptFile } from '../script-facts.ts';
import { STAGED } from './paths.ts';

/** Finds the image's C compiler and makes the smallest program with it; where that fails it tells why, and ends. */
export function findCompilerScript(): TarFile {
  return scriptFile('find-compiler.sh', ownText(import.meta.dirname, 'scripts', 'find-compiler.sh'));
}

/**
 * Looks whether the image can make what `[pack] mode` wants, before minutes are spent on what comes before that.
 * @throws UserError `compiler-missing`; errors of the engine.
 */
export async function checkCompiler(
  engine: Engine,
  project: Project,
  image: string,
  { ports, log }: Pick<StageContext, 'ports' | 'log'>,
): Promise<void> {
  if ((project.packMode ?? 'depot') === 'depot') return;
  const { JULIA_CC: compiler } = ports.environment;
  const { facts } = await runScript(engine, {
    image,
    command: ['bash', `${STAGED}/find-compiler.sh`],
    environment: defined({ JULIA_CC: compiler }),
    mounts: [],
    network: 'none',
    files: [findCompilerScript()],
    read: factReader('problem'),
    onLine: log,
  });
  const error = compilerError(project, facts[0]?.what);
  if (error !== undefined) throw error;
}

/** Pure: what is wrong with the compiler of the image; undefined for a problem of another kind, and for none. */
export function compilerError(
  project: Project,
  problem: Fact<'problem'>['what'] | undefined,
): UserError | undefined {
  if (problem === 'no-compiler') return noCompiler(project);
  return problem === 'compiler-broken' ? brokenCompiler(project) : undefined;
}

/** It is there, and cannot make the smallest program: the headers of the C library, or what links, is missing. */
function brokenCompiler({ image }: Project): UserError {
  return new UserError({
    code: 'compiler-missing',
    title: l10n.t('The C compiler of the image {0} cannot make a program; the log has what it says.', image),
    actions: [
      depotInstead(),
      {
        title: l10n.t(
          'Or take an image that has the headers of its C library and a linker too ([image] name).',
        ),
      },
    ],
  });
}

function noCompiler(project: Project): UserError {
  return new UserError({
    code: 'compiler-missing',
    title: l10n.t(
      'The image {0} has no C compiler (gcc, clang or cc), which {1} needs.',
      project.image,
      compiledWhat(project),
    ),
    actions: [
      depotInstead(),
      {
        title: l10n.t(
          'Or take an image that has one ([image] name), or name it by JULIA_CC as it is called in the image.',
        ),
      },
    ],
  });
}
