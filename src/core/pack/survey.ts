import * as l10n from '@vscode/l10n';
import { ownText } from '../../base/own-text.ts';
import { UserError } from '../../base/errors.ts';
import type { Engine } from '../../docker/engine.ts';
import { runScript } from '../../docker/run-script.ts';
import type { TarFile } from '../../docker/tar-files.ts';
import { JULIA_ENVIRONMENT, juliaFlags } from '../contract/depot/julia-environment.ts';
import { juliaMounts } from '../contract/image/julia.ts';
import { compiledFolder, DEPOT, juliaProgram, STAGED, stagedFolder } from '../contract/image/paths.ts';
import { factReader, julianTell, scriptFile } from '../contract/script-facts.ts';
import type { StageContext } from '../stage.ts';
import { type DepotFacts, depotFactsOf } from './depot-facts.ts';
import type { PackInput } from './plan.ts';

/**
 * Asks Julia in the image what the environment needs of the depot, and lists what the depot holds. Offline.
 * @throws UserError `engine-failed` when the depot cannot be read; CancelledError. When Julia itself cannot tell, the
 * facts are not `complete`, and a warning says why.
 */
export async function surveyDepot(
  engine: Engine,
  { project, build }: PackInput,
  context: StageContext,
): Promise<DepotFacts> {
  context.progress(l10n.t('Looking what the depot holds'));
  const julia = [
    juliaProgram(build.julia.version),
    ...juliaFlags(stagedFolder(project.place), '1'),
    `${STAGED}/needed.jl`,
  ];
  const list = [
    'python3',
    `${STAGED}/entries.py`,
    DEPOT,
    compiledFolder(build.julia.version),
    ...project.packExclude,
  ];
  // The listing stands whether Julia could tell or not.
  const program = `"\${@:1:${julia.length}}"; "\${@:${julia.length + 1}}"`;
  const script = {
    image: build.image.name,
    command: ['bash', '-c', program, 'bash', ...julia, ...list],
    environment: { ...JULIA_ENVIRONMENT, JULIA_PKG_OFFLINE: 'true' },
    mounts: juliaMounts(build),
    network: 'none' as const,
    files: [resource('needed.jl'), julianTell(), resource('entries.py')],
    read: factReader('entry', 'package', 'artifact', 'extension', 'rejected', 'complete'),
    onLine: context.log,
  };
  const { exit, facts: told, lines } = await runScript(engine, script);
  if (exit.exitCode !== 0) throw unreadable(build.volume, exit.exitCode, lines);
  const facts = depotFactsOf(told);
  if (!facts.complete)
    context.warn(
      l10n.t(
        'Julia could not tell what of the depot is needed, so nearly all of it is packed: {0}',
        lines[0] ?? l10n.t('it said nothing'),
      ),
    );
  return facts;
}

function resource(name: string): TarFile {
  return scriptFile(name, ownText(import.meta.dirname, 'scripts', name));
}

function unreadable(volume: string, exitCode: number, words: readonly string[]): UserError {
  return new UserError({
    code: 'engine-failed',
    title: l10n.t('The depot could not be read (exit code {0}).', exitCode),
    detail: words.slice(-10).join('\n'),
    actions: [
      {
        title: l10n.t(
          'Run again; if it happens again, remove the depot so that it is built anew: docker volume rm {0}',
          volume,
        ),
      },
    ],
  });
}
