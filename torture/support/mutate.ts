import type { Random } from '../random.ts';

/** What programs stumble over: ends of strings, names of Object.prototype, huge numbers, invalid Unicode, our own marks. */
const TOKENS = [
  '"', "'", '`', '\\', '\0', '\n', '\r\n', '\r', '\t', '\u001b[31m', '\ufeff', '\ud800', '\u2028', '𝔍', '{', '}', '[', ']',
  '[[', ']]', '=', '.', ',', ':', '#', '$', '%', '<', '>', '|', '&&', ';', '$(touch x)', '`touch x`', '${x}', '../', '/etc/passwd',
  '..\\', 'C:\\', '~', '-', '--', '*', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'true', 'false',
  'NaN', 'Infinity', '-0', '1e999', '9007199254740993', '-9223372036854775809', '0x', '1979-05-27T07:32:00Z', '"""', "'''",
  '[a.b.c]', 'a.a.a = 1', '\\u0000', '\\ud800', '[julia-kaggle] ', 'ERROR: ', 'data: ', 'PK\x03\x04',
] as const; // prettier-ignore

/** Values that take the place of any in a JSON document. */
const VALUES: readonly unknown[] = [
  null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, '', ' ', '\0', '../../x', '__proto__', 'NaN', '1e999', '\ud800', [], {}, [[]],
  [null], { __proto__: null }, { length: 1e9 }, 'x'.repeat(10_000), [1, 2, 3], { code: 500, message: 'no' },
]; // prettier-ignore

/** Text that looks like one of the samples, but is wrong in one or several ways. */
export function mutateText(random: Random, samples: readonly string[]): string {
  let text = random.pick(samples);
  const times = random.between(1, 4);
  for (let at = 0; at < times; at += 1) text = mutateOnce(random, text, samples);
  return text.slice(0, LONGEST);
}

/** Longer inputs cost time and show nothing new; what length does is tried apart. */
const LONGEST = 60_000;

function mutateOnce(random: Random, text: string, samples: readonly string[]): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + random.between(1, random.chance(0.5) ? 4 : 200));
  const piece = text.slice(at, end);
  switch (random.below(9)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(end);
    case 2:
      return text.slice(0, at) + random.pick(TOKENS) + text.slice(at);
    case 3:
      return text.slice(0, at) + random.pick(TOKENS) + text.slice(end);
    case 4:
      return text.slice(0, end) + piece + text.slice(end);
    case 5: {
      const other = random.pick(samples);
      return text.slice(0, at) + other.slice(random.below(other.length + 1));
    }
    case 6:
      return text.slice(0, at) + String.fromCharCode(random.below(0x10000)) + text.slice(end);
    case 7:
      return text.slice(0, at) + random.pick(TOKENS).repeat(random.between(2, 2000)) + text.slice(at);
    default: {
      const lines = text.split('\n');
      const [from, to] = [random.below(lines.length), random.below(lines.length)];
      lines.splice(to, 0, lines[from] ?? '');
      return lines.join('\n');
    }
  }
}

/** A JSON text of one of the samples with values replaced, left out or put elsewhere; sometimes damaged as text too. */
export function mutateJson(random: Random, samples: readonly unknown[]): string {
  let value: unknown = structuredClone(random.pick(samples));
  const times = random.between(1, 4);
  for (let at = 0; at < times; at += 1) value = mutateValue(random, value, samples);
  const text = value === undefined ? '' : JSON.stringify(value);
  return random.chance(0.25) ? mutateText(random, [text]) : text;
}

function mutateValue(random: Random, value: unknown, samples: readonly unknown[]): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.1))
    return structuredClone(random.pick(random.chance(0.9) ? VALUES : samples));
  const holder = value as Record<string, unknown>;
  const keys = Object.keys(holder);
  const key = random.pick([...keys, '__proto__', 'constructor']);
  if (Array.isArray(value) && random.chance(0.3)) value.push(structuredClone(random.pick(value)));
  else if (random.chance(0.15)) Reflect.deleteProperty(holder, key);
  else
    Object.defineProperty(holder, key, {
      value: mutateValue(random, Object.hasOwn(holder, key) ? holder[key] : undefined, samples),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return value;
}

/** Bytes that look like one of the samples: bits flipped, bytes replaced, cut, doubled or crossed. */
export function mutateBytes(random: Random, samples: readonly Buffer[]): Buffer {
  let bytes = Buffer.from(random.pick(samples));
  const times = random.between(1, 6);
  for (let round = 0; round < times; round += 1) {
    const at = random.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + random.between(1, 64));
    switch (random.below(6)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        break;
      case 1:
        if (at < bytes.length) bytes[at] = random.pick([0, 0xff, 0x7f, 0x80, random.below(256)]);
        break;
      case 2:
        bytes = bytes.subarray(0, at);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
        break;
      default:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          random.bytes(random.between(1, 16)),
          bytes.subarray(end),
        ]);
    }
  }
  return bytes;
}

/** The text in chunks, cut anywhere, also inside a character. */
export function inChunks(random: Random, text: string | Buffer): Buffer[] {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + random.between(1, random.chance(0.5) ? 7 : 4096);
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}
