import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/base/abort.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { listenForCode, type Loopback } from '../../src/kaggle/oauth/loopback.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { mutateText } from '../support/mutate.ts';
import type { FolderReader } from '../support/read-hostile.ts';

const REQUESTS = [
  'GET /?state=secret&code=4/abc HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'GET // HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'GET http://[ HTTP/1.1\r\nHost: [\r\n\r\n',
  'GET /%00/../../etc/passwd HTTP/1.1\r\nHost: localhost:1\r\n\r\n',
  'GET /dataset/a/b?version=x HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.invalid\r\n\r\n',
  'GET /control/faults HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'POST /v1/competitions.CompetitionApiService/ListCompetitions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}',
  'POST /v1/blobs.BlobApiService/StartBlobUpload HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Basic YTpi\r\nContent-Length: 12\r\n\r\n{"name":"x"}',
  'PUT /upload/x HTTP/1.1\r\nHost: localhost\r\nContent-Range: bytes 0-1/2\r\nContent-Length: 2\r\n\r\nab',
  'GET /v1/kernels/logs/stream/ann/x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n',
  'GET /oauth/authorize?redirect_uri=http:// HTTP/1.1\r\nHost: localhost\r\n\r\n',
];

/** Sends bytes and waits for the end of what comes back, or a little while for a server that waits for more. */
function send(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end(Buffer.from(bytes, 'latin1'));
    });
    let answer = '';
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') reject(error);
    });
    socket.on('close', () => resolve(answer));
  });
}

/** An exception in a server's handler would end the whole program; here it is caught, and counted. */
function served(name: string, start: () => Promise<number>, stop: () => Promise<void>): FolderReader {
  const escaped: unknown[] = [];
  const catchIt = (error: unknown): void => void escaped.push(error);
  let port = 0;
  return {
    name,
    make: (random) => mutateText(random, REQUESTS).slice(0, 4_000),
    before: async () => {
      process.on('uncaughtException', catchIt).on('unhandledRejection', catchIt);
      port = await start();
    },
    read: async (input) => {
      const answer = await send(port, String(input));
      const [error] = escaped.splice(0);
      if (error !== undefined) throw new Error('It would have ended the program', { cause: error });
      if (answer.startsWith('HTTP/1.1 500')) throw new Error(answer);
      if (answer.includes('    at ')) throw new Error(`a stack in an answer: ${answer}`);
    },
    after: async () => {
      await stop();
      process.off('uncaughtException', catchIt).off('unhandledRejection', catchIt);
      return [];
    },
  };
}

function signIn(): FolderReader {
  let loopback: Loopback;
  return served(
    'requests to the port of the sign-in',
    async () => {
      loopback = await listenForCode('no such state', Math.random);
      return Number(new URL(loopback.redirectUri).port);
    },
    () => loopback.close(),
  );
}

function localKaggle(): FolderReader {
  let folder = '';
  let sandbox: Sandbox;
  return served(
    'requests to the local Kaggle',
    async () => {
      folder = await mkdtemp(join(tmpdir(), 'jok-torture-'));
      sandbox = await startSandbox({
        folder,
        engine: () => Promise.reject(new Error('no engine is needed')),
        image: 'none',
        competitions: [],
        clock: systemClock,
        readyDelayMs: 0,
        layout: 'namespaced',
        logger: silentLogger,
      });
      return Number(new URL(sandbox.url).port);
    },
    async () => {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  );
}

export const loopbackReaders: readonly FolderReader[] = [signIn(), localKaggle()];
