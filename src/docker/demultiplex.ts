import * as l10n from '@vscode/l10n';
import { EngineStreamError } from './translate-error.ts';

export type OutputStream = 'stdout' | 'stderr';

export interface Piece {
  readonly stream: OutputStream;
  readonly bytes: Buffer;
}

const HEADER_BYTES = 8;
const STDERR = 2;
/** The engine itself reports an error here instead of output (stdcopy's "systemerr"). */
const ENGINE_ERROR = 3;

/**
 * Reads the engine's framed output: 8 bytes of header (type, 0, 0, 0, length as big-endian 32 bits), then the bytes.
 * Chunks may be cut anywhere; what belongs to a frame is handed on as it comes, so that nothing but a header is ever
 * kept. (dockerode's demuxStream keeps whole frames and ignores backpressure.)
 */
export class Demultiplexer {
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #type = 0;
  #left = 0;
  readonly #engineError: Buffer[] = [];

  /** @throws EngineStreamError when the bytes are not frames, or the engine reports an error in one. */
  *push(chunk: Buffer): Generator<Piece> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left === 0) {
        rest = this.#takeHeader(rest);
        continue;
      }
      const bytes = rest.subarray(0, this.#left);
      rest = rest.subarray(bytes.length);
      this.#left -= bytes.length;
      if (this.#type === ENGINE_ERROR) this.#takeEngineError(bytes);
      else yield { stream: this.#type === STDERR ? 'stderr' : 'stdout', bytes };
    }
  }

  /** Whether the stream may end here, i.e. not in the middle of a frame. */
  get isWhole(): boolean {
    return this.#left === 0 && this.#headerBytes === 0;
  }

  #takeHeader(chunk: Buffer): Buffer {
    const taken = chunk.copy(this.#header, this.#headerBytes, 0, HEADER_BYTES - this.#headerBytes);
    this.#headerBytes += taken;
    if (this.#headerBytes === HEADER_BYTES) {
      this.#headerBytes = 0;
      this.#type = this.#header.readUInt8(0);
      this.#left = this.#header.readUInt32BE(4);
      const valid = this.#type <= ENGINE_ERROR && this.#header.readUIntBE(1, 3) === 0;
      if (!valid) throw new EngineStreamError(l10n.t('the output of the container is not in frames'));
    }
    return chunk.subarray(taken);
  }

  #takeEngineError(bytes: Buffer): void {
    this.#engineError.push(bytes);
    if (this.#left === 0) throw new EngineStreamError(Buffer.concat(this.#engineError).toString());
  }
}
