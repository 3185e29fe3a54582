import { availableParallelism } from 'node:os';
import { blocksOf } from './blocks.ts';
import { gzipMember } from './gzip-member.ts';
import { Turns } from '../../../base/turns.ts';

/** Larger blocks compress no better (by 0.2 % at four times the size), and memory is a handful of them. */
const BLOCK_BYTES = 2 * 1024 * 1024;
/** Blocks that wait for a core, so that none is idle while the next one is read. */
const BLOCKS_IN_HAND = 2;
/** Node.js compresses on its own pool of threads, which has four unless the environment says otherwise. */
const MOST_WORKERS = 4;

/** How many blocks are compressed at a time when nobody says. */
function gzipWorkers(): number {
  return Math.min(availableParallelism(), MOST_WORKERS);
}

export interface GzipOptions {
  /** Absent: as many as there are cores, within reason. */
  readonly workers?: number | undefined;
  /** Hears after each block how much of the stream was read. */
  readonly onRawBytes?: (total: number) => void;
}

/**
 * Compresses a stream on several cores to one gzip file of many members: each is a block of fixed size, so the number
 * of workers does not show in the bytes. What is read ahead is bounded.
 */
export async function* gzipInParallel(
  source: AsyncIterable<Buffer>,
  { workers = gzipWorkers(), onRawBytes }: GzipOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const turns = new Turns(workers);
  const members: Promise<Buffer>[] = [];
  let rawBytes = 0;
  for await (const block of blocksOf(source, BLOCK_BYTES)) {
    rawBytes += block.length;
    onRawBytes?.(rawBytes);
    const member = turns.take(() => gzipMember(block));
    // When reading fails, nobody asks for the members that are still in work.
    member.catch(() => undefined);
    members.push(member);
    if (members.length < workers + BLOCKS_IN_HAND) continue;
    const [oldest] = members.splice(0, 1);
    if (oldest !== undefined) yield await oldest;
  }
  for (const member of members) yield await member;
}
