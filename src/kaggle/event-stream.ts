import { LineSplitter } from '../base/lines.ts';

/**
 * Takes the data out of a stream of server-sent events, cut anywhere: the `data:` lines up to an empty line are one
 * event. Comments and other fields are passed over.
 */
export class EventStream {
  readonly #lines = new LineSplitter((line) => this.#take(line));
  #data: string[] = [];
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
    } else if (line.startsWith('data:')) {
      this.#data.push(line.slice('data:'.length).replace(/^ /, ''));
    }
  }
}
