import { ownText } from '../../base/own-text.ts';
import type { TarFile } from '../../docker/tar-files.ts';
import type { Project } from '../artefacts.ts';
import { juliaFlags } from '../contract/depot/julia-environment.ts';
import { inventoryProgram } from '../contract/depot/inventory.ts';
import { BUILD_STAMP, DEPOT, DEV, juliaProgram, STAGED, stagedFolder } from '../contract/image/paths.ts';
import { julianTell, scriptFile } from '../contract/script-facts.ts';
import { stagedMtimeSeconds } from '../contract/depot/staged-files.ts';

/** Pure: the files that go into the build container before it starts, below the root folder. */
export function stagedFiles(project: Project): TarFile[] {
  const sources = project.files.map((file): TarFile => ({
    path: `${STAGED.slice(1)}/dev/${file.place}`,
    from:
      file.text === undefined
        ? { file: file.source, isReal: true, bytes: file.bytes, sha256: file.sha256 }
        : { text: file.text },
    executable: file.executable,
    modifiedSeconds: stagedMtimeSeconds(file.sha256),
  }));
  return [
    scriptFile('build.sh', resource('build.sh')),
    scriptFile('build.jl', resource('build.jl')),
    julianTell(),
    scriptFile('inventory.py', inventoryProgram()),
    ...sources,
  ];
}

/**
 * Pure: the build's command.
 * @param buildId what the depot is to say of itself when all went well.
 * @param known what it says when it is of this environment already, so that nothing has to be told of it again.
 */
export function buildCommand(project: Project, buildId: string, known = ''): string[] {
  const julia = [
    juliaProgram(project.juliaVersion),
    ...juliaFlags(stagedFolder(project.place), 'auto'),
    `${STAGED}/build.jl`,
    ...packageToLoad(project),
  ];
  const program = `bash ${STAGED}/build.sh ${STAGED}/dev ${DEV} ${BUILD_STAMP} "$@" && python3 ${STAGED}/inventory.py ${DEPOT}`;
  return ['bash', '-c', program, 'bash', buildId, known, ...julia];
}

/** A project of which a function is called is loaded as a package; a script is run as it is, and only its dependencies load. */
function packageToLoad(project: Project): string[] {
  return project.run.form === 'script' ? [] : [project.name, project.uuid];
}

function resource(name: string): string {
  return ownText(import.meta.dirname, 'scripts', name);
}
