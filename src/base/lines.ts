import { StringDecoder } from 'node:string_decoder';

/** Lines longer than this are cut into pieces, so that a program without line ends cannot fill the memory. */
const MAX_LINE_CHARACTERS = 1_000_000;

/**
 * Turns chunks of bytes, cut anywhere, into whole lines of text. `\r\n` and `\n` end a line; a lone `\r` (a progress
 * bar going back) stays inside it. Multi-byte characters cut by a chunk border survive.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Uint8Array): void {
    this.#take(this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
  }

  /** Call it after the last chunk: a last line without an end comes out too. */
  end(): void {
    this.#take(this.#decoder.end());
    if (this.#rest !== '') this.onLine(this.#rest);
    this.#rest = '';
  }

  #take(text: string): void {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = this.#rest + text.slice(from, end);
      this.#rest = '';
      from = end + 1;
      this.onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    }
    // Only what is new is looked through: a long line that comes in small pieces must not cost its length each time.
    this.#rest += text.slice(from);
    if (this.#rest.length > MAX_LINE_CHARACTERS) {
      this.onLine(this.#rest);
      this.#rest = '';
    }
  }
}
