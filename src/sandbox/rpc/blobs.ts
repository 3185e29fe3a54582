import * as z from 'zod/mini';
import { invalid } from '../api-error.ts';
import type { Services } from '../services.ts';
import { int, isFileName, method, type Methods, oneOf, text } from './rpc.ts';

const startBlobUpload = z.object({
  type: oneOf('API_BLOB_TYPE_', ['UNSPECIFIED', 'DATASET', 'MODEL', 'INBOX', 'COMPETITION_SOLUTION']),
  name: text(),
  contentType: text(),
  contentLength: int(),
  lastModifiedEpochSeconds: int(),
});

/** `blobs.BlobApiService` (kaggle-api 2.2). */
export function blobMethods({ uploads }: Services): Methods {
  return {
    StartBlobUpload: method(startBlobUpload, async ({ type, name, contentLength }, { user, origin }) => {
      if (type === 'UNSPECIFIED') throw invalid('Blob type is required');
      // Kaggle refuses the second, too.
      if (!isFileName(name) || name.startsWith('@')) throw invalid(`Invalid file name '${name}'`);
      if (contentLength < 0) throw invalid('Invalid content length');
      const { token, path } = await uploads.start(user.username, name, contentLength);
      return { token, createUrl: origin + path };
    }),
  };
}
