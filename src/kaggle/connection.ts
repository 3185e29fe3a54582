import type { Logger } from '../base/logger.ts';
import type { Pace } from '../base/retry.ts';
import type { Site } from './site.ts';
import type { Transport } from './transport.ts';
import type { UploadSessions } from './upload-sessions.ts';

/** What every group of calls works with. */
export interface Connection {
  readonly transport: Transport;
  readonly site: Site;
  readonly pace: Pace;
  readonly logger: Logger;
  readonly userAgent: string;
  /** How long the file store may be silent, in milliseconds. */
  readonly storageSilenceMs: number;
  /** Size of the parts of an upload; a multiple of 256 KiB. */
  readonly chunkBytes: number;
  readonly whoAmI: (signal: AbortSignal) => Promise<string>;
  /** Uploads that outlive the program; undefined: they do not. */
  readonly sessions: UploadSessions | undefined;
}
