import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EventStream } from '../../../src/kaggle/event-stream.ts';

function eventsOf(text: string): readonly string[] {
  return new EventStream().push(Buffer.from(text));
}

describe('a stream of server-sent events', () => {
  const streams: [what: string, text: string, events: string[]][] = [
    ['one event', 'data: {"a":1}\n\n', ['{"a":1}']],
    ['two events', 'data: one\n\ndata: two\n\n', ['one', 'two']],
    ['an event of several lines', 'data: one\ndata: two\n\n', ['one\ntwo']],
    ['lines that end as on Windows', 'data: one\r\n\r\n', ['one']],
    ['data without a space', 'data:one\n\n', ['one']],
    ['data that begins with a space, or has some', 'data:  one two \n\n', [' one two ']],
    ['an empty line of data', 'data:\n\n', ['']],
    ['comments and other fields', ': ping\nevent: log\nid: 7\ndata: one\nmy data: no\n\n', ['one']],
    ['empty lines without data', '\n\n\n: ping\n\n', []],
    ['an event that has not come to its end', 'data: one\n', []],
  ];
  for (const [what, text, events] of streams)
    it(`gives the data of ${what}`, () => {
      assert.deepEqual(eventsOf(text), events);
    });

  it('gives each event once, with the chunk that completes it, wherever the stream is cut', () => {
    const whole = Buffer.from('data: größe\ndata: two\n\n: ping\n\ndata: three\n\n');
    fc.assert(
      fc.property(fc.array(fc.nat({ max: whole.length })), (cuts) => {
        const stream = new EventStream();
        const ends = [...cuts.sort((one, other) => one - other), whole.length];
        const events = ends.flatMap((end, index) => stream.push(whole.subarray(ends[index - 1] ?? 0, end)));
        assert.deepEqual(events, ['größe\ntwo', 'three']);
      }),
    );
  });
});
