import * as l10n from '@vscode/l10n';
import { basename, join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { formatBytes } from '../../base/format.ts';
import { describeFile } from './description.ts';
import type { Submittable } from './submittable.ts';

/** The file that the test left, which is all that leaves the machine. */
export const fileSubmission: Submittable<'test'> = {
  needs: ['project', 'test'],
  isRerun: false,
  identity: ({ project, test }) => ({
    file: { name: project.output.file, sha256: test.submissionSha256 },
  }),
  name: ({ project }) => project.output.file,
  plan: ({ project, test: { submissionBytes } }) =>
    submissionBytes === undefined
      ? project.output.file
      : `${project.output.file} (${formatBytes(submissionBytes)})`,
  describe: describeFile,
  refusal: ({ title, url, isKernelsSubmissionsOnly }) =>
    isKernelsSubmissionsOnly
      ? new UserError({
          code: 'submission-form',
          title: l10n.t('{0} takes notebooks only, not files.', title),
          actions: [
            { title: l10n.t('Write as = "notebook" into [submit] of JuliaKaggle.toml, and run again.') },
            { title: l10n.t('Read what it takes'), url },
          ],
        })
      : undefined,
  prepare: async (kaggle, { project, test }, { folder, files, signal, progress }) => {
    const { competition, output } = project;
    const path = join(folder, 'test', output.file);
    const name = basename(output.file);
    const bytes = (await files.look(path))?.size ?? 0;
    const file = { name, path, bytes, sha256: test.submissionSha256, madeBy: 'test' };
    const onBytes = (there: number): void => progress(l10n.t('Uploading {0}', name), there, bytes);
    const token = await kaggle.submissions.upload(competition, file, onBytes, signal);
    return (description) =>
      kaggle.submissions.submitFile({ competition, token, file: name, description }, signal);
  },
};
