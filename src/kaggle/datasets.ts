import type { KaggleClient } from './client.ts';
import type { Connection } from './connection.ts';
import { deleteDataset, getMetadata, listDatasets, updateMetadata } from './manage-datasets.ts';
import { downloadFile, findDataset, getDatasetStatus, listDatasetFiles } from './read-dataset.ts';
import { createDataset, createVersion } from './save-dataset.ts';

/** Private datasets and their versions. (kaggle-api 2.4) */
export function datasetCalls(
  connection: Connection,
): Pick<
  KaggleClient,
  | 'findDataset'
  | 'listDatasets'
  | 'getDatasetMetadata'
  | 'updateDatasetMetadata'
  | 'deleteDataset'
  | 'getDatasetStatus'
  | 'listDatasetFiles'
  | 'downloadDatasetFile'
  | 'createDataset'
  | 'createDatasetVersion'
> {
  return {
    findDataset: (owner, slug, signal) => findDataset(connection, owner, slug, signal),
    listDatasets: (search, signal) => listDatasets(connection, search, signal),
    getDatasetMetadata: (owner, slug, signal) => getMetadata(connection, owner, slug, signal),
    updateDatasetMetadata: (owner, slug, changes, signal) =>
      updateMetadata(connection, owner, slug, changes, signal),
    deleteDataset: (owner, slug, signal) => deleteDataset(connection, owner, slug, signal),
    getDatasetStatus: (owner, slug, signal) => getDatasetStatus(connection, owner, slug, signal),
    listDatasetFiles: (owner, slug, signal) => listDatasetFiles(connection, owner, slug, signal),
    downloadDatasetFile: (owner, slug, name, path, signal) =>
      downloadFile(connection, { owner, slug, name }, path, signal),
    createDataset: (init, signal) => createDataset(connection, init, signal),
    createDatasetVersion: (init, signal) => createVersion(connection, init, signal),
  };
}
