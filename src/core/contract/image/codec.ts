import * as l10n from '@vscode/l10n';
import { ownText } from '../../../base/own-text.ts';
import { UserError } from '../../../base/errors.ts';
import { inWords } from '../../../base/format.ts';
import type { Engine } from '../../../docker/engine.ts';
import { runScript } from '../../../docker/run-script.ts';
import type { Codec, WantedCodec } from '../../packing.ts';
import { cell } from '../notebook/ipynb.ts';
import { type Fact, factReader } from '../script-facts.ts';

/** What was chosen and why, in one sentence, for the report and the log. */
export interface CodecChoice {
  readonly codec: Codec;
  readonly reason: string;
}

/** What an image can do, found by doing it (`cells/archives.py` is what the notebook runs). */
type CodecProbe = Omit<Fact<'codec'>, 'kind'>;

/**
 * Settings of zstd, fixed so that the same depot gives the same bytes whatever the number of cores; docs/decisions/0011 says
 * how they were chosen. A window of 2^27 bytes is the largest that every decompressor takes without being asked to.
 */
const ZSTD = { level: 9, windowLog: 27, jobBytes: 16 * 1024 * 1024 } as const;

/**
 * The Python program that compresses in the image, and its arguments; undefined: the tarball is compressed on this
 * machine. `workers`: 0 is one for each core of the engine's machine.
 */
export const COMPRESSORS: Readonly<
  Record<Codec, ((workers?: number, level?: number) => string[]) | undefined>
> = {
  zstd: (workers = 0, level = ZSTD.level) => [
    ownText(import.meta.dirname, 'scripts', 'zstd.py'),
    ...[level, ZSTD.windowLog, ZSTD.jobBytes, workers].map(String),
  ],
  gzip: undefined,
};

/** What `auto` takes where the image can, and where it cannot. */
const [BEST, FALLBACK] = ['zstd', 'gzip'] as const satisfies readonly Codec[];

/**
 * Chooses the codec. For one that compresses on this machine nobody is asked; else a sample is compressed and
 * decompressed in the image, which takes a second: keep the answer as long as the image's id stands.
 * @throws UserError `codec-unusable` when a codec is wanted that the image cannot take.
 */
export async function chooseCodec(
  engine: Engine,
  { image, wanted }: { image: string; wanted: WantedCodec },
): Promise<CodecChoice> {
  const codec = wanted === 'auto' ? BEST : wanted;
  const command = COMPRESSORS[codec]?.(1);
  const probe = command && (await probeCodec(engine, { image, codec, command }));
  return decideCodec(wanted, probe, image);
}

/** Pure. `probe`: undefined when the image was not asked. */
function decideCodec(wanted: WantedCodec, probe: CodecProbe | undefined, image: string): CodecChoice {
  const codec = wanted === 'auto' ? BEST : wanted;
  if (COMPRESSORS[codec] === undefined) return { codec, reason: l10n.t('JuliaKaggle.toml says so') };
  if (probe?.packs === true && probe.unpacks.length > 0)
    return { codec, reason: l10n.t('the image reads it with {0}', inWords(probe.unpacks, 'or')) };
  const why = whyNot(probe);
  if (wanted === 'auto')
    return { codec: FALLBACK, reason: l10n.t('{0} cannot be used in the image: {1}', BEST, why) };
  throw new UserError({
    code: 'codec-unusable',
    title:
      probe?.packs === true
        ? l10n.t('The image {0} cannot unpack {1} tarballs.', image, codec)
        : l10n.t('The image {0} cannot make {1} tarballs.', image, codec),
    detail: why,
    actions: [{ title: l10n.t('Set codec = "auto" or "{0}" under [pack] in JuliaKaggle.toml.', FALLBACK) }],
  });
}

function whyNot(probe: CodecProbe | undefined): string {
  return probe?.failures.join('; ') ?? l10n.t('Python did not run there');
}

async function probeCodec(
  engine: Engine,
  { image, codec, command }: { image: string; codec: Codec; command: readonly string[] },
): Promise<CodecProbe | undefined> {
  const archives = cell('archives.py');
  const probe = ownText(import.meta.dirname, 'scripts', 'probe-codec.py');
  const script = {
    image,
    command: ['python3', '-c', `${archives}\n${probe}`, codec, ...command],
    network: 'none' as const,
    read: factReader('codec'),
  };
  const { exit, facts } = await runScript(engine, script);
  return exit.exitCode === 0 ? facts.at(-1) : undefined;
}
