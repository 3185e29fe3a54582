import { ownText } from '../../base/own-text.ts';
import * as z from 'zod/mini';
import { UserError } from '../../base/errors.ts';
import type { Engine, Labels } from '../../docker/engine.ts';
import { KeptLines } from '../../base/kept-lines.ts';

/** How a tarball is compressed. */
export type Codec = 'zstd' | 'gzip';

/** `[pack] codec` of JuliaKaggle.toml: `auto` takes zstd where the image can write and read it. */
export type WantedCodec = 'auto' | Codec;

/** What was chosen and why, in one sentence, for the report and the log. */
export interface CodecChoice {
  readonly codec: Codec;
  readonly reason: string;
}

/**
 * What an image can do, found by doing it (`cells/archives.py` is what the notebook runs): whether its libzstd
 * compressed a sample, which ways gave the sample back, and why the others did not.
 */
const probeAnswer = z.object({
  packs: z.boolean(),
  unpacks: z.array(z.string()),
  failures: z.array(z.string()),
});
export type CodecProbe = z.infer<typeof probeAnswer>;

/**
 * Settings of zstd, fixed so that the same depot gives the same bytes whatever the number of cores; docs/decisions/0011 says
 * how they were chosen. A window of 2^27 bytes is the largest that every decompressor takes without being asked to.
 */
const ZSTD = { level: 9, windowLog: 27, jobBytes: 16 * 1024 * 1024 } as const;

/** Python's text of the compressor that runs in the image; it takes level, windowLog, job bytes and workers. */
export function zstdScript(): string {
  return ownText(import.meta.dirname, 'scripts', 'zstd.py');
}

/** Arguments of the compressor. `workers`: 0 is one for each core of the engine's machine. */
export function zstdArguments(workers = 0, level: number = ZSTD.level): string[] {
  return [level, ZSTD.windowLog, ZSTD.jobBytes, workers].map(String);
}

/**
 * Chooses the codec. `gzip` asks nobody; else a sample is compressed and decompressed in the image, which takes a
 * second: keep the answer as long as the image's id stands.
 * @throws UserError `codec-unusable` when zstd is wanted and the image cannot.
 */
export async function chooseCodec(
  engine: Engine,
  { image, wanted, labels }: { image: string; wanted: WantedCodec; labels: Labels },
  signal: AbortSignal,
): Promise<CodecChoice> {
  if (wanted === 'gzip') return decideCodec(wanted, undefined, image);
  return decideCodec(wanted, await probeCodec(engine, image, labels, signal), image);
}

/** Pure. `probe`: undefined when the image was not asked. */
export function decideCodec(wanted: WantedCodec, probe: CodecProbe | undefined, image: string): CodecChoice {
  if (wanted === 'gzip') return { codec: 'gzip', reason: 'JuliaKaggle.toml says so' };
  if (probe?.packs === true && probe.unpacks.length > 0)
    return { codec: 'zstd', reason: `the image reads it with ${probe.unpacks.join(', or ')}` };
  const why = whyNot(probe);
  if (wanted === 'auto') return { codec: 'gzip', reason: `zstd cannot be used in the image: ${why}` };
  throw new UserError({
    code: 'codec-unusable',
    title: `The image ${image} cannot ${probe?.packs === true ? 'unpack' : 'make'} zstd tarballs.`,
    detail: why,
    actions: [{ title: 'Set codec = "auto" or "gzip" under [pack] in JuliaKaggle.toml.' }],
  });
}

function whyNot(probe: CodecProbe | undefined): string {
  return probe?.failures.join('; ') ?? 'Python did not run there';
}

async function probeCodec(
  engine: Engine,
  image: string,
  labels: Labels,
  signal: AbortSignal,
): Promise<CodecProbe | undefined> {
  const archives = ownText(import.meta.dirname, 'cells', 'archives.py');
  const probe = ownText(import.meta.dirname, 'scripts', 'probe-codec.py');
  const command = ['python3', '-c', `${archives}\n${probe}`, zstdScript(), ...zstdArguments(1)];
  const lines = new KeptLines();
  const spec = { image, command, network: 'none' as const, labels };
  const { exitCode } = await engine.withContainer(spec, signal, (container) =>
    container.run({
      onLine: (stream, line) => {
        if (stream === 'stdout') lines.add(line);
      },
    }),
  );
  return exitCode === 0 ? parseProbe(lines.lines.at(-1) ?? '') : undefined;
}

/** The last line that the probe printed; undefined when it is none of ours. */
export function parseProbe(line: string): CodecProbe | undefined {
  try {
    return probeAnswer.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
