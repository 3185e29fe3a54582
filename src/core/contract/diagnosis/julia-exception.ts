import * as l10n from '@vscode/l10n';
/** An uncaught exception of Julia, as its report at the end of a log tells it. */
export interface JuliaException {
  /** Its first line, without `ERROR:` and what wraps it, e.g. `BoundsError: attempt to access …`. */
  readonly message: string;
  /** The first frame that is not of Julia or of a registered package. */
  readonly frame: StackFrame | undefined;
}

export interface StackFrame {
  /** E.g. `predict`. */
  readonly function: string;
  /** Below the `dev` folder where it lies there: `Inference/src/model.jl`. */
  readonly file: string;
  readonly line: number;
}

/** Pure: foreign words as the end of a sentence. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** Pure: a place as people read it: `predict at Inference/src/model.jl:31`. */
export function placeOf({ function: name, file, line }: StackFrame): string {
  return l10n.t('{0} at {1}:{2}', name, file, line);
}

/** Pure: what went wrong and where, as the end of a sentence: `UndefVarError: x not defined (Inference/src/model.jl:31).` */
export function inWords({ message, frame }: JuliaException): string {
  return frame === undefined ? sentence(message) : l10n.t('{0} ({1}:{2}).', message, frame.file, frame.line);
}

/** Pure: that a program ended by this exception. */
export function endedWith({ message, frame }: JuliaException): string {
  return frame === undefined
    ? l10n.t('Julia ended with an exception: {0}', sentence(message))
    : l10n.t('Julia ended with an exception, in {0}: {1}', placeOf(frame), sentence(message));
}

const BEGINS = 'ERROR: ';
/** What wraps the exception that matters: `LoadError: `, `InitError: `, `TaskFailedException`, … */
const WRAPPER =
  /^(?:(?:LoadError|InitError|TaskFailedException|CompositeException)(?:: ?|$)|On worker \d+:\s*)/;
const NESTED = /^\s*nested task error: (.*)/;
const MESSAGE_CHARACTERS = 300;

/** Julia 1.5: ` [2] predict(::Dict) at /root/.julia/dev/Inference/src/model.jl:31`, which may be `[inlined]` or `(repeats 9 times)`. */
const PLACE_AT_END = /:(\d{1,9})(?: \[inlined\])?(?: \(repeats \d{1,9} times\))?$/;
/** Since Julia 1.6 (stacktraces in base/errorshow.jl): ` [2] predict(w::Dict)`, below it `   @ Inference ~/…/model.jl:31`. */
const FRAME_BEGINS = /^ *\[\d+\] (.+)/;
const FRAME_PLACE = /^\s*@ (?:[\w.]{1,300} )?(\S.*)$/;

/** Says that another process of Julia ended with an exception, which it has reported itself, before this one. */
const CONSEQUENCE = /^ERROR: (?:LoadError: )*Failed to precompile /;

/**
 * Pure: where the report begins that tells the cause of a failure: the last one that is not about another; -1: none.
 * @param lines without colors.
 */
export function causeAt(lines: readonly string[], begins = /^ERROR: /): number {
  const last = lines.findLastIndex((line) => begins.test(line));
  for (let at = last; at >= 0; at -= 1) {
    const line = lines[at] ?? '';
    if (begins.test(line) && !CONSEQUENCE.test(line)) return at;
  }
  return last;
}

/**
 * Pure: the last uncaught exception of a log (clean lines), of Julia 1.5 and newer; undefined when there is none. An
 * exception that a program caught and printed looks the same: ask only of a run that failed.
 */
export function readJuliaException(lines: readonly string[]): JuliaException | undefined {
  const at = causeAt(lines);
  // Alone, a consequence explains nothing.
  if (at === -1 || CONSEQUENCE.test(lines[at] ?? '')) return undefined;
  const next = lines.findIndex((line, index) => index > at && CONSEQUENCE.test(line));
  const report = lines.slice(at, next === -1 ? undefined : next);
  const parsing = parseError(report);
  return parsing ?? { message: messageOf(report), frame: firstUserFrame(report) ?? beginningOf(report) };
}

/** Since Julia 1.10 (JuliaSyntax, `show` of ParseError): `# Error @ src/model.jl:31:5`, the source, `#  └ ── Expected `)``. */
const PARSE_ERROR = /^# Error @ (\S.{0,1000}):(\d{1,9}):\d{1,9}$/;
const PARSE_REASON = /^#[ └┘─]* ── (\S.*)$/;

/** What a report of the parser says, with its place, which is more exact than that of the frames. */
function parseError(report: readonly string[]): JuliaException | undefined {
  const at = report.findIndex((line) => PARSE_ERROR.test(line));
  const [, file, line] = PARSE_ERROR.exec(report[at] ?? '') ?? [];
  if (file === undefined) return undefined;
  const reason = report
    .slice(at)
    .map((each) => PARSE_REASON.exec(each)?.[1])
    .find((text) => text !== undefined);
  return {
    message: `ParseError: ${reason ?? l10n.t('the source is not valid')}`,
    frame: frame('top-level scope', { file, line: Number(line) }),
  };
}

const STARTED = /^in expression starting at (\S.*)$/;

/** Of a file that could not be included: which expression wanted it. */
function beginningOf(report: readonly string[]): StackFrame | undefined {
  const place = report
    .map((line) => placeIn(STARTED.exec(line)?.[1]))
    .find((each) => each !== undefined && !NOT_THE_USERS.test(each.file));
  return place && frame('top-level scope', place);
}

function messageOf(report: readonly string[]): string {
  const nested = report.findIndex((line) => NESTED.test(line));
  const [begin = '', ...more] = report.slice(Math.max(0, nested));
  const first = unwrapped(NESTED.exec(begin)?.[1] ?? begin.slice(BEGINS.length));
  // `ERROR: TaskFailedException:` of Julia 1.5 has the exception on the next line, `ERROR: DomainError with -1.0:` its reason.
  const next = more.find((line) => line !== '') ?? '';
  const reason = /^DomainError with .*:$/.test(first) && next !== 'Stacktrace:' ? ` ${next.trim()}` : '';
  const message = first === '' ? unwrapped(next) : first + reason;
  return message.length > MESSAGE_CHARACTERS ? `${message.slice(0, MESSAGE_CHARACTERS)}…` : message;
}

function unwrapped(text: string): string {
  const inner = text.replace(WRAPPER, '');
  return inner === text ? text.trim() : unwrapped(inner);
}

/** Pure: the frames of all stacks in the report, in order. */
function stackFrames(report: readonly string[]): StackFrame[] {
  const frames: StackFrame[] = [];
  let begun: string | undefined;
  for (const line of report) {
    const first = FRAME_BEGINS.exec(line)?.[1];
    const found = wholeFrame(first) ?? frameBelow(begun, line);
    if (found !== undefined) frames.push(found);
    begun = first;
  }
  return frames;
}

/** Of older versions: a frame with its place on one line. */
function wholeFrame(first: string | undefined): StackFrame | undefined {
  const at = first?.lastIndexOf(' at ') ?? -1;
  if (first === undefined || at < 1) return undefined;
  const place = placeIn(first.slice(at + ' at '.length));
  return place && frame(first.slice(0, at), place);
}

/** The place of a frame that the line before began. */
function frameBelow(begun: string | undefined, line: string): StackFrame | undefined {
  if (begun === undefined) return undefined;
  const place = placeIn(FRAME_PLACE.exec(line)?.[1]);
  return place && frame(begun, place);
}

/** Where the text begins that follows the last of these words; where there are none, the text itself. */
function beyond(text: string, words: string): number {
  const at = text.lastIndexOf(words);
  return at === -1 ? 0 : at + words.length;
}

type Place = Pick<StackFrame, 'file' | 'line'>;

/** `~/work/src/model.jl:31`, and what may follow. */
function placeIn(text: string | undefined): Place | undefined {
  const found = text === undefined ? null : PLACE_AT_END.exec(text);
  if (text === undefined || found === null || found.index === 0 || text.startsWith(' ')) return undefined;
  return { file: text.slice(0, found.index), line: Number(found[1]) };
}

function frame(signature: string, { file, line }: Place): StackFrame {
  // Of a value that is called like a function, `(::Model)(x)`, the type is the name.
  const [, type, name = signature] = /^(?:\(::([^()]+)\)|([^({]+))/.exec(signature) ?? [];
  return {
    function: type ?? name,
    file: file.slice(beyond(file, '.julia/dev/')),
    line,
  };
}

/** Where Julia itself, its standard library and registered packages lie; `./array.jl` is Base, `none:1` the command line. */
const NOT_THE_USERS =
  /^(?:\.\/|none$|REPL|string$)|\/opt\/julia|share\/julia|\.julia\/packages\/|\/buildworker\/|\/cache\/build\//;

function firstUserFrame(report: readonly string[]): StackFrame | undefined {
  return stackFrames(report).find(({ file, line }) => line > 0 && !NOT_THE_USERS.test(file));
}
