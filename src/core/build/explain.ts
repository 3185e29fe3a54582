import * as l10n from '@vscode/l10n';
import { basename, dirname } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { shellPath, userCommand } from '../../base/user-command.ts';
import type { Project } from '../artefacts.ts';
import { findingError } from '../contract/diagnosis/finding.ts';
import { findingsIn, namesOf, ofProject } from '../contract/diagnosis/rules.ts';
import { errorExcerpt } from '../contract/diagnosis/julia-log.ts';

const DETAIL_LINES = 15;

/** Pure: whether a package's build script failed: Pkg of Julia 1.5 says so and goes on. */
export function hasFailedScript(lines: readonly string[]): boolean {
  return namesOf('build-script', lines).length > 0;
}

/** Pure: what to say of a Manifest of format 1, which Pkg only keeps; undefined where it is as this Julia writes it. */
export function oldManifestWarning({
  oldManifest,
  juliaVersion,
}: Pick<Project, 'oldManifest' | 'juliaVersion'>): string | undefined {
  if (oldManifest === undefined) return undefined;
  const folder = shellPath(dirname(oldManifest));
  const upgrade = userCommand`julia "--project=${folder}" -e "using Pkg; Pkg.upgrade_manifest()"`;
  return l10n.t(
    '{0} has format 1, which Julia {1} only keeps as it is. Upgrade it, which changes no version of a package: {2}',
    basename(oldManifest),
    juliaVersion,
    upgrade ?? 'Pkg.upgrade_manifest()',
  );
}

/** Pure: why instantiating and precompiling ended badly, from the exit code and the output. */
export function explainBuild(project: Project, exitCode: number, lines: readonly string[]): UserError {
  const detail = errorExcerpt(lines, DETAIL_LINES);
  const [first] = findingsIn('build', lines, ofProject(project, lines));
  if (first !== undefined) return findingError(first, 'julia-failed', detail);
  return new UserError({
    code: 'julia-failed',
    title: l10n.t('Julia could not build {0} (exit code {1}).', project.name, exitCode),
    detail,
    actions: [
      { title: l10n.t('Read the last lines above; correct the project or its Manifest and run again.') },
    ],
  });
}
