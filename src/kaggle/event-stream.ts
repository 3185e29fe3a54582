import { LineSplitter } from '../base/lines.ts';

/** No entry of a log is longer; what is, is cut. */
const MAX_EVENT_CHARACTERS = 1_000_000;

/**
 * Takes the data out of a stream of server-sent events, cut anywhere: the `data:` lines up to an empty line are one
 * event. Comments and other fields are passed over.
 */
export class EventStream {
  readonly #lines = new LineSplitter((line) => this.#take(line));
  #data: string[] = [];
  #characters = 0;
  #events: string[] = [];

  /** The data of the events that this chunk completes. */
  push(chunk: Uint8Array): readonly string[] {
    this.#lines.push(chunk);
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #take(line: string): void {
    if (line === '') {
      if (this.#data.length > 0) this.#events.push(this.#data.join('\n'));
      this.#data = [];
      this.#characters = 0;
    } else if (line.startsWith('data:')) {
      const data = line.slice('data:'.length).replace(/^ /, '');
      const room = MAX_EVENT_CHARACTERS - this.#characters;
      if (room <= 0) return;
      this.#data.push(data.slice(0, room));
      // An empty line counts, too: the line end between them is kept.
      this.#characters += data.length + 1;
    }
  }
}
