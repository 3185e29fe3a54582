import * as l10n from '@vscode/l10n';
import { contentOf, describeNotebook } from './description.ts';
import type { Submittable } from './submittable.ts';

/** A version of the notebook, which Kaggle runs again on the hidden test set. */
export const notebookSubmission: Submittable<'pack' | 'notebook'> = {
  needs: ['project', 'pack', 'notebook'],
  isRerun: true,
  identity: ({ project, pack, notebook }) => ({
    // Not the version: version numbers start over after a notebook is deleted, and a notebook that was pushed again with
    // the same content already has its score.
    bundle: pack.bundleId,
    notebook: { content: contentOf(notebook), owner: notebook.owner },
    file: project.output.file,
  }),
  name: ({ notebook }) => l10n.t('version {0}', notebook.version),
  plan: ({ notebook }) => l10n.t('version {0}', notebook.version),
  describe: describeNotebook,
  // Those that take files take notebooks as well, as far as is known.
  refusal: () => undefined,
  prepare: (kaggle, { project, notebook }, { signal }) => {
    const { competition, output } = project;
    const { owner, slug, version } = notebook;
    const init = { competition, owner, slug, version, file: output.file };
    return Promise.resolve((description) =>
      kaggle.submissions.submitNotebook({ ...init, description }, signal),
    );
  },
};
