// Uploads one file and makes a dataset of it; a process of its own, to be killed. Arguments as JSON in argv[2]. Prints
// a JSON line for each step of the upload and one at the end.
import { systemClock } from '../../../../src/base/abort.ts';
import { silentLogger } from '../../../../src/base/logger.ts';
import type { BlobSource } from '../../../../src/kaggle/client.ts';
import { connectKaggle } from '../../../../src/kaggle/connect.ts';
import { Secret } from '../../../../src/kaggle/secret.ts';

export interface UploadOrder {
  readonly apiUrl: string;
  readonly username: string;
  readonly key: string;
  readonly sessionFolder: string;
  readonly file: BlobSource;
  readonly slug: string;
}

export type UploadReport = { readonly there: number; readonly crossed: number } | { readonly finished: true };

async function main(order: UploadOrder): Promise<void> {
  const signal = new AbortController().signal;
  const kaggle = connectKaggle({
    apiUrl: order.apiUrl,
    credentials: {
      kind: 'key',
      username: order.username,
      key: Secret.of(order.key, 'test'),
      source: 'the test',
    },
    sessionFolder: order.sessionFolder,
    fetch,
    clock: systemClock,
    logger: { ...silentLogger, warn: (message) => process.stderr.write(`${message}\n`) },
    userAgent: 'julia-on-kaggle/test',
  });
  const report = (each: UploadReport): void => void process.stdout.write(`${JSON.stringify(each)}\n`);
  const { file, username, slug } = order;
  const token = await kaggle.datasets.upload(file, (there, crossed) => report({ there, crossed }), signal);
  await kaggle.datasets.create({ owner: username, slug, title: slug, files: [{ name: 'x', token }] }, signal);
  report({ finished: true });
}

void main(JSON.parse(process.argv[2] ?? '') as UploadOrder);
