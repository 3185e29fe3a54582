import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { GuardedFolder } from '../../src/base/guarded-folder.ts';
import { saveFromWorking } from '../../src/core/contract/submission/output-file.ts';
import { getCompetitionData } from '../../src/core/test/competition-data.ts';
import { PartFile } from '../../src/base/download.ts';
import { withSafeNames } from '../../src/kaggle/remote-name.ts';
import { UnzipError, unzipSingle } from '../../src/kaggle/unzip.ts';
import { ArchiveError, unpackAll } from '../../src/sandbox/archive.ts';
import { BlobStore } from '../../src/sandbox/blob-store.ts';
import { UserError } from '../../src/base/errors.ts';
import { aProject } from '../../test/support/artefacts.ts';
import { keptContext } from '../../test/support/stage-context.ts';
import { zipOf } from '../../test/wire/kaggle/zip.ts';
import type { Random } from '../random.ts';
import { mutateBytes, mutateText } from '../support/mutate.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { FolderReader } from '../support/read-hostile.ts';

const never = new AbortController().signal;

/** How many inputs are read at once: most of the time of each is spent waiting for the disk. */
const LANES = 8;

/** A mark by which a file that got out is known, wherever it lies. */
const ESCAPED = 'jok-escaped';

const NAMES = [
  'train.csv', 'a/b/train.csv', `../${ESCAPED}`, `../../${ESCAPED}`, `../../../../../../tmp/${ESCAPED}`, `/tmp/${ESCAPED}`,
  `a/../../${ESCAPED}`, `..\\${ESCAPED}`, `C:\\${ESCAPED}`, '.', '..', './train.csv', 'a//b', 'working/submission.csv',
  `working/../${ESCAPED}`, 'train.csv/x', 'x'.repeat(300), 'a\nb', 'link', 'link/train.csv', 'nul\0nul', '\u001b[31m',
] as const; // prettier-ignore

function zipBytes(random: Random): Buffer {
  const entries = random.list(random.between(0, random.chance(0.8) ? 1 : 4), () => ({
    name: random.pick(NAMES),
    content: random.chance(0.1) ? Buffer.alloc(1_000_000) : random.bytes(random.below(200)),
    claims: random.chance(0.3)
      ? { bytes: random.pick([0, 1, 2 ** 31, 2 ** 32 - 1]), encrypted: random.chance(0.2) }
      : {},
  }));
  const zip = zipOf(...entries);
  return random.chance(0.5) ? mutateBytes(random, [zip]) : zip;
}

const TYPES = [
  'file',
  'file',
  'symlink',
  'link',
  'directory',
  'character-device',
  'block-device',
  'fifo',
] as const;

async function tarBytes(random: Random): Promise<Buffer> {
  const archive = pack();
  const count = random.between(0, 5);
  for (let at = 0; at < count; at += 1) {
    const type = random.pick(TYPES);
    const header = {
      name: random.pick(NAMES),
      type,
      mode: random.pick([0o644, 0o4777, 0]),
      linkname: `/tmp/${ESCAPED}`,
    };
    archive.entry(header, type === 'file' ? 'x'.repeat(random.below(2_000)) : '');
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  const tar = Buffer.concat(chunks);
  return random.chance(0.4) ? mutateBytes(random, [tar]) : tar;
}

/** Gives a reader a folder of its own in which everything lies that it may write: `inside`. */
function inFolder(
  name: string,
  make: FolderReader['make'],
  read: (input: Buffer, inside: string, random: Random) => Promise<unknown>,
  prepare: (inside: string) => Promise<unknown> = () => Promise.resolve(),
): FolderReader {
  let base = '';
  const places = Array.from({ length: LANES }, (_, lane) => `inside-${lane}`);
  return {
    name,
    make,
    lanes: LANES,
    before: async () => {
      base = await mkdtemp(join(tmpdir(), 'jok-torture-'));
      for (const place of places) await mkdir(join(base, 'deep', place), { recursive: true });
      await writeFile(join(base, 'precious'), 'precious');
      await prepare(join(base, 'deep', 'inside-0'));
    },
    read: (input, random, lane) => read(Buffer.from(input), join(base, 'deep', `inside-${lane}`), random),
    after: async () => {
      const outside = [...(await readdir(base)), ...(await readdir(join(base, 'deep')))].filter(
        (entry) => !['deep', 'precious', ...places].includes(entry),
      );
      if ((await readFile(join(base, 'precious'), 'utf8')) !== 'precious') outside.push('precious');
      for (const folder of [tmpdir(), '/', process.cwd()])
        for (const entry of await readdir(folder))
          if (entry.includes(ESCAPED)) outside.push(join(folder, entry));
      await rm(base, { recursive: true, force: true });
      return outside.map((entry) => `written outside: ${entry}`);
    },
  };
}

const DATA_NAMES = [
  ...NAMES,
  'test.csv',
  'images/1.png',
  'images',
  'train.csv/deep.csv',
  'con',
  'a'.repeat(200),
];

/** What the stage does with it: an archive of Kaggle's making is unpacked to the one name that was asked for. */
const kaggleZip = inFolder('a zip archive from Kaggle', zipBytes, async (input, inside) => {
  const archive = join(inside, 'data.zip');
  await writeFile(archive, input);
  const target = join(inside, 'train.csv');
  await rm(target, { force: true });
  await unzipSingle(archive, target, 'train.csv', { atMost: 200e9 }, never).catch((error: unknown) => {
    throw error instanceof UnzipError ? inWords(error) : error;
  });
});

const workingTar = inFolder('the tar archive of a working folder', tarBytes, (input, inside, random) =>
  saveFromWorking(
    Readable.from(pieces(random, input)),
    'submission.csv',
    new GuardedFolder(inside),
    join(inside, 'submission.csv'),
  ),
);

let blobs: BlobStore;
const ENDINGS = ['.zip', '.tar', '.tar.gz', '.tgz', '.gz', '.whl'] as const;

const sandboxArchive = inFolder(
  'archives sent to the local Kaggle',
  async (random) => {
    const ending = random.pick(ENDINGS);
    const bytes = ending === '.zip' || ending === '.whl' ? zipBytes(random) : await tarBytes(random);
    const packed = ending.endsWith('gz') && random.chance(0.8) ? gzipSync(bytes) : bytes;
    // The name goes in front, so that an input is the whole case.
    return Buffer.concat([Buffer.from(`x${ending}\n`), packed]);
  },
  async (input) => {
    const end = input.indexOf('\n');
    const blob = await blobs.add(Readable.from([input.subarray(end + 1)]));
    const upload = { name: input.subarray(0, end).toString(), ...blob };
    const files = await unpackAll(blobs, [upload, { ...upload, name: 'other' }], never).catch(
      (error: unknown) => {
        throw error instanceof ArchiveError ? inWords(error) : error;
      },
    );
    for (const { name } of files)
      if (name.startsWith('/') || name.split('/').includes('..')) throw new Error(`kept as ${name}`);
  },
  async (inside) => {
    blobs = await BlobStore.open(inside);
  },
);

/** A competition may name its files as it likes; the very code that lays them down is given the names. */
const competitionFiles = inFolder(
  'names of a competition’s files',
  (random) =>
    JSON.stringify(
      random.list(random.between(1, 5), () =>
        random.chance(0.6) ? random.pick(DATA_NAMES) : mutateText(random, DATA_NAMES).slice(0, 300),
      ),
    ),
  async (input, inside) => {
    const names = JSON.parse(input.toString()) as string[];
    const files = withSafeNames(
      names.map((name) => ({ name, bytes: 3 })),
      silentLogger,
    );
    const folder = join(inside, '.julia-kaggle');
    const { context } = keptContext({
      competitions: {
        listFiles: () => Promise.resolve(files),
        downloadFile: async (_slug, _name, path) => {
          const part = await PartFile.create(path);
          await part.write(Buffer.from('abc'));
          await part.commit();
        },
      },
    });
    const { dataFolder: _, ...project } = aProject();
    try {
      await getCompetitionData(project, { ...context, folder });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

/** As their callers put them into words. */
function inWords(error: Error): UserError {
  return new UserError({
    code: 'kaggle-answer',
    title: error.message,
    actions: [{ title: 'Fetch it again.' }],
  });
}

function* pieces(random: Random, bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const end = at + random.between(1, 4_096);
    yield bytes.subarray(at, end);
    at = end;
  }
}

export const archiveReaders: readonly FolderReader[] = [
  kaggleZip,
  workingTar,
  sandboxArchive,
  competitionFiles,
];
