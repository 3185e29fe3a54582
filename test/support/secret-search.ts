import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Looks for secrets in everything that they could have got into, in every form that a program would give them. */
export class SecretSearch {
  /** What is looked for, by its name. */
  readonly forms: ReadonlyMap<string, Buffer>;
  readonly #longest: number;

  /** @param secrets by name; each must be long enough not to occur by chance. */
  constructor(secrets: Readonly<Record<string, string>>) {
    const forms = Object.entries(secrets).flatMap(([name, secret]) =>
      formsOf(secret).map(([form, text]) => [`${name}, ${form}`, Buffer.from(text)] as const),
    );
    this.forms = new Map(forms);
    this.#longest = Math.max(...forms.map(([, bytes]) => bytes.length));
  }

  /** Names of the forms that occur in the text. */
  inText(text: string | Buffer): readonly string[] {
    const bytes = Buffer.from(text);
    return [...this.forms].flatMap(([name, form]) => (bytes.includes(form) ? [name] : []));
  }

  /** `<path>: <form>` for every file below the folder that has one, unpacked where it is packed by gzip. */
  async inFolder(folder: string, leaveOut: readonly string[] = []): Promise<readonly string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const found: string[] = [];
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      for (const form of this.inText(entry.name)) found.push(`${path} (its name): ${form}`);
      if (!entry.isFile() || leaveOut.includes(path)) continue;
      for (const form of await this.inFile(path)) found.push(`${path}: ${form}`);
    }
    return found;
  }

  /** Names of the forms that occur in a file, as it lies there and unpacked. */
  async inFile(path: string): Promise<readonly string[]> {
    const plain = new Scanner(this.forms, this.#longest);
    await pipeline(createReadStream(path), plain);
    if (!(await isGzip(path))) return [...plain.found];
    const unpacked = new Scanner(this.forms, this.#longest);
    // One that was spoiled on purpose is searched as far as it can be unpacked.
    await pipeline(createReadStream(path), createGunzip(), unpacked).catch(unlessSpoiled);
    return [...new Set([...plain.found, ...unpacked.found])];
  }
}

function unlessSpoiled(error: unknown): void {
  const { code } = error as NodeJS.ErrnoException;
  if (code?.startsWith('Z_') !== true) throw error;
}

/** The secret itself, and as base64, in an address, in JSON, in hexadecimal. */
function formsOf(secret: string): (readonly [form: string, text: string])[] {
  const bytes = Buffer.from(secret);
  // Inside a longer text, base64 looks in three ways, by where in it the secret begins; what depends on its
  // neighbours is left out.
  const inside = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const sure = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    return [
      [`base64 from ${shift}`, sure],
      [`base64url from ${shift}`, sure.replaceAll('+', '-').replaceAll('/', '_')],
    ] as const;
  });
  return [
    ['plain', secret],
    ['URL-encoded', encodeURIComponent(secret)],
    ['URL-encoded as a form', new URLSearchParams({ s: secret }).toString().slice(2)],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['hexadecimal', bytes.toString('hex')],
    ...inside,
  ];
}

/** Finds forms in a stream, also across the borders of its chunks. */
class Scanner extends Writable {
  readonly found = new Set<string>();
  #rest = Buffer.alloc(0);

  constructor(
    private readonly forms: ReadonlyMap<string, Buffer>,
    private readonly longest: number,
  ) {
    super();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    const bytes = Buffer.concat([this.#rest, chunk]);
    for (const [name, form] of this.forms) if (bytes.includes(form)) this.found.add(name);
    this.#rest = bytes.subarray(Math.max(0, bytes.length - this.longest + 1));
    done();
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
