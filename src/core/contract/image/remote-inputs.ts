import * as l10n from '@vscode/l10n';
import type { FileWish, KaggleClient, ModelAddress, RemoteFile } from '../../../kaggle/client.ts';
import type { InputKind, ProjectInput } from '../../project-artefact.ts';
import type { KnownInput } from './other-inputs.ts';
import { partsOf } from './other-inputs.ts';

type Named = Pick<ProjectInput, 'ref' | 'version'>;

/** How Kaggle is asked about the inputs of a kind, and gives their files. */
interface RemoteKind {
  /** In a sentence: `the dataset ada/glove`. */
  thing(ref: string): string;
  /** The versions that there are, the newest last; undefined for what has none. @throws as the client's calls. */
  versions(kaggle: KaggleClient, ref: string, signal: AbortSignal): Promise<readonly number[] | undefined>;
  files(kaggle: KaggleClient, input: Named, signal: AbortSignal): Promise<readonly RemoteFile[]>;
  download(
    kaggle: KaggleClient,
    input: Named,
    file: RemoteFile,
    wish: FileWish,
    signal: AbortSignal,
  ): Promise<void>;
  /** Its page, below the site's address. */
  page(ref: string): string;
}

/** By what `[inputs]` can name. */
export const REMOTE: Readonly<Record<InputKind, RemoteKind>> = {
  dataset: {
    thing: (ref) => l10n.t('the dataset {0}', ref),
    versions: async (kaggle, ref, signal) => {
      const { owner, slug } = partsOf({ ref });
      const { versions, currentVersion } = await kaggle.datasets.get(owner, slug, signal);
      const others = versions.map(({ version }) => version).filter((each) => each < currentVersion);
      return [...others.sort((a, b) => a - b), currentVersion];
    },
    files: (kaggle, { ref, version }, signal) => {
      const { owner, slug } = partsOf({ ref });
      return kaggle.datasets.listFiles(owner, slug, signal, version);
    },
    download: (kaggle, { ref, version = 0 }, { name }, { path, ...wish }, signal) => {
      const { owner, slug } = partsOf({ ref });
      return kaggle.datasets.downloadFile(owner, slug, name, path, signal, { ...wish, version });
    },
    page: (ref) => `datasets/${ref}`,
  },
  model: {
    thing: (ref) => l10n.t('the model {0}', ref),
    versions: async (kaggle, ref, signal) =>
      (await kaggle.models.versions(modelOf(ref), signal)).toSorted((a, b) => a - b),
    files: (kaggle, { ref, version = 0 }, signal) => kaggle.models.listFiles(modelOf(ref), version, signal),
    download: (kaggle, { ref, version = 0 }, { name }, wish, signal) =>
      kaggle.models.downloadFile(modelOf(ref), version, name, wish, signal),
    page: (ref) => `models/${ref}`,
  },
  notebook: {
    thing: (ref) => l10n.t('the notebook {0}', ref),
    versions: async (kaggle, ref, signal) => {
      const { owner, slug } = partsOf({ ref });
      const newest = await kaggle.notebooks.newestComplete(owner, slug, signal);
      return newest === undefined ? [] : [newest];
    },
    files: (kaggle, { ref, version = 0 }, signal) => {
      const { owner, slug } = partsOf({ ref });
      return kaggle.notebooks.listFiles(owner, slug, version, signal);
    },
    download: (kaggle, { ref, version = 0 }, { name }, wish, signal) =>
      kaggle.notebooks.downloadFile({ ...partsOf({ ref }), version }, name, wish, signal),
    page: (ref) => `code/${ref}`,
  },
  competition: {
    thing: (ref) => l10n.t('the competition {0}', ref),
    versions: () => Promise.resolve(undefined),
    files: (kaggle, { ref }, signal) => kaggle.competitions.listFiles(ref, signal),
    download: (kaggle, { ref }, file, { path, onBytes, keep = false }, signal) =>
      kaggle.competitions.downloadFile(ref, file, path, onBytes, signal, { keep }),
    page: (ref) => `competitions/${ref}/data`,
  },
};

/** Pure: an input in a sentence: `the dataset ada/glove version 3`. */
export function inputInWords({ kind, ref, version }: Pick<KnownInput, 'kind' | 'ref' | 'version'>): string {
  const thing = REMOTE[kind].thing(ref);
  return version === undefined ? thing : l10n.t('{0} version {1}', thing, version);
}

/** Pure: what `owner/model/framework/variation` names. */
function modelOf(ref: string): ModelAddress {
  const [owner = '', model = '', framework = '', variation = ''] = ref.split('/');
  return { owner, model, framework, variation };
}
