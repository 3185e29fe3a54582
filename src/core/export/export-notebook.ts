import * as l10n from '@vscode/l10n';
import { join, resolve } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { makeFolder } from '../../base/files.ts';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import { planDatasets } from '../contract/datasets.ts';
import { composeNotebook } from '../contract/notebook/ipynb.ts';
import { kernelMetadata, NOTEBOOK_FILE } from '../notebook/kernel-metadata.ts';
import type { Ports } from '../stage.ts';
import { recordOf, type RunRecord } from '../pipeline/record.ts';
import { pathArgument, userCommand } from '../../base/user-command.ts';

export interface ExportRequest {
  readonly folder: string;
  /** Where the files go; made when it is not there. */
  readonly out: string;
  /** Whose datasets and notebook; absent: who uploaded them, else who is signed in. */
  readonly owner: string | undefined;
  readonly ports: Ports;
  /** The project's run record, where it is open already. */
  readonly record?: () => Promise<RunRecord>;
  readonly signal: AbortSignal;
}

export interface ExportedNotebook {
  /** Paths of the files that were written. */
  readonly written: readonly string[];
  readonly datasets: readonly string[];
  /** Whether the very datasets that the notebook wants were uploaded already. */
  readonly uploaded: boolean;
}

/**
 * Writes the notebook of the last pack and its `kernel-metadata.json`, for those who push by other means.
 * @throws UserError `not-a-project` when nothing was packed yet, `not-signed-in`, errors of the file system.
 */
export async function exportNotebook(request: ExportRequest): Promise<ExportedNotebook> {
  const { artefacts } = await (request.record ?? recordOf(request.folder))();
  const { project, build, test, pack, upload } = artefacts;
  if (project === undefined || build === undefined || pack === undefined) throw notPacked(request.folder);
  const plans = planDatasets(project, pack);
  const owner = request.owner ?? upload?.owner ?? (await accountOf(request));
  const files = {
    [NOTEBOOK_FILE]: composeNotebook(project, plans, pack, test),
    'kernel-metadata.json': kernelMetadata(owner, { project, build }, plans, upload),
  };
  await makeFolder(resolve(request.out));
  const out = new GuardedFolder(resolve(request.out));
  for (const [name, text] of Object.entries(files)) await out.write(name, text);
  const there = new Map(upload?.datasets.map(({ slug, bundleId }) => [slug, bundleId]));
  return {
    written: Object.keys(files).map((name) => join(request.out, name)),
    datasets: plans.map(({ slug }) => `${owner}/${slug}`),
    uploaded: owner === upload?.owner && plans.every(({ slug, bundleId }) => there.get(slug) === bundleId),
  };
}

async function accountOf({ ports, signal }: ExportRequest): Promise<string> {
  return (await (await ports.kaggle()).account.get(signal)).username;
}

function notPacked(folder: string): UserError {
  return new UserError({
    code: 'not-a-project',
    title: l10n.t(
      'Nothing was packed yet in {0}: a notebook wants the very bundle it is made for.',
      resolve(folder),
    ),
    actions: [
      {
        title: l10n.t(
          'Pack and rehearse it: {0}',
          userCommand`julia-kaggle run ${pathArgument(folder)} --until rehearse` ??
            l10n.t('julia-kaggle run in that folder.'),
        ),
        command: 'run --until rehearse',
      },
    ],
  });
}
