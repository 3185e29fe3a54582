import * as l10n from '@vscode/l10n';
import type { HttpAnswer } from '../base/http.ts';
import { parseJson } from '../base/json.ts';
import { backoffMs, failed } from '../base/retry.ts';
import type { Connection } from './connection.ts';
import { readRefusal } from './answer.ts';
import { EventStream } from './event-stream.ts';
import { type Attempt, type Failure, mayPass } from './failure.ts';
import { lineOf, type NotebookLogLine, parseNotebookLog } from './notebook-log.ts';
import type { About } from './translate-error.ts';

const END = 'END_OF_LOG';
const MAX_FAILURES = 5;
/** More than any run of half a day prints; each connection begins with the log's start. */
const MAX_LOG_BYTES = 128 * 1024 * 1024;
/** A stream that stood this long was cut for being idle, as the balancer does; that is no failure. (kaggle-api 4.5) */
const IDLE_CUT_AFTER_MS = 30_000;

/** How errors name a notebook. */
export function aboutNotebook({ site }: Connection, owner: string, slug: string): About {
  return { thing: l10n.t('the notebook {0}/{1}', owner, slug), url: site.notebook(owner, slug) };
}

/** What ended one connection: the log's end, or its failure. */
type End = 'end' | Failure;

/**
 * The live log of a notebook's latest version, each entry once: a new connection replays the log from its start, and
 * what was seen is skipped. While the run goes on it comes as events, afterwards as a JSON array. (kaggle-api 4.5)
 * @throws UserError `kaggle-…` after five failures in a row without a new entry, or at once when Kaggle refuses.
 */
export async function* followLog(
  connection: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): AsyncGenerator<NotebookLogLine> {
  const { clock, random } = connection.pace;
  let seen = 0;
  for (let failures = 1; ; failures += 1) {
    const began = clock.now();
    const before = seen;
    const replay = connectOnce(connection, owner, slug, signal);
    let end: End | undefined;
    try {
      for (let place = 0; end === undefined; place += 1) {
        const next = await replay.next();
        if (next.done === true) end = next.value;
        else if (place >= seen) {
          seen = place + 1;
          yield next.value;
        }
      }
    } finally {
      await replay.return('end');
    }
    if (end === 'end') return;
    if (seen > before || clock.now() - began >= IDLE_CUT_AFTER_MS) failures = 1;
    if (failures >= MAX_FAILURES || !mayPass(end))
      throw connection.transport.translate(end, aboutNotebook(connection, owner, slug));
    await clock.sleep(backoffMs(failures, random), signal);
  }
}

/** The entries of one connection, from the log's start. */
async function* connectOnce(
  connection: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): AsyncGenerator<NotebookLogLine, End> {
  const { transport } = connection;
  const opened = await transport.withRenewal(() => open(connection, owner, slug, signal), signal);
  if (!opened.ok) return opened.failure;
  const answer = opened.value;
  try {
    const type = answer.headers.get('Content-Type') ?? '';
    if (type.includes('text/event-stream')) return yield* readEvents(answer);
    const whole = await answer.text();
    if (!whole.ok) return whole.failure;
    if (type.includes('text/html')) return { kind: 'unreadable', text: l10n.t('It is a web page.') };
    yield* parseNotebookLog(whole.value);
    return 'end';
  } finally {
    await answer.close();
  }
}

/** The path takes no version. (kaggle-api 4.5) */
async function open(
  { transport, storageSilenceMs }: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<Attempt<HttpAnswer>> {
  const path = `kernels/logs/stream/${encodeURIComponent(owner)}/${encodeURIComponent(slug)}`;
  const request = await transport.logRequestOf(path, 'text/event-stream, */*', storageSilenceMs, signal);
  const sent = await transport.send(request, signal);
  if (!sent.ok || sent.value.status < 300) return sent;
  const read = await transport.read(sent.value);
  return read.ok ? failed(readRefusal(read.value)) : read;
}

async function* readEvents(answer: HttpAnswer): AsyncGenerator<NotebookLogLine, End> {
  const events = new EventStream();
  for (let bytes = 0; ;) {
    const piece = await answer.read();
    if (!piece.ok) return piece.failure;
    bytes += piece.value?.length ?? 0;
    if (bytes > MAX_LOG_BYTES) return { kind: 'unreadable', text: l10n.t('The log has no end.') };
    // Without its last event the stream was cut, however politely.
    if (piece.value === undefined)
      return { kind: 'network', code: undefined, cause: new Error('The log was cut.') };
    for (const data of events.push(piece.value)) {
      if (data === END) return 'end';
      yield* entryOf(data);
    }
  }
}

/** What is no JSON is a line of its own. */
function entryOf(data: string): readonly NotebookLogLine[] {
  const value = parseJson(data);
  return value === undefined ? [{ stream: 'stdout', seconds: 0, text: data }] : lineOf(value);
}
