import { readEnum } from './enums.ts';

const DATASET_STATUS = {
  prefix: 'DATABUNDLE_VERSION_STATUS_',
  names: [
    'NOT_YET_PERSISTED',
    'BLOBS_RECEIVED',
    'BLOBS_DECOMPRESSED',
    'BLOBS_COPIED_TO_SDS',
    'INDIVIDUAL_BLOBS_COMPRESSED',
    'READY',
    'FAILED',
    'DELETED',
    'REPROCESSING',
  ],
} as const;

export type DatasetStatus = 'missing' | 'processing' | 'ready' | 'failed' | 'deleted';

/** Pure: all but three are steps on the way, and so is a step that is not known here. */
export function datasetStatusOf(status: string | number | undefined): DatasetStatus {
  switch (readEnum(DATASET_STATUS, status)) {
    case 'READY':
      return 'ready';
    case 'FAILED':
      return 'failed';
    case 'DELETED':
      return 'deleted';
    default:
      return 'processing';
  }
}
