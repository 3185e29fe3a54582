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

const BEGINS = 'ERROR: ';
/** What wraps the exception that matters: `LoadError: `, `InitError: `, `TaskFailedException`, … */
const WRAPPER =
  /^(?:(?:LoadError|InitError|TaskFailedException|CompositeException)(?:: ?|$)|On worker \d+:\s*)/;
const NESTED = /^\s*nested task error: (.*)/;
const MESSAGE_CHARACTERS = 300;

/** Julia 1.5: ` [2] predict(::Dict) at /root/.julia/dev/Inference/src/model.jl:31`, which may be `[inlined]` or `(repeats 9 times)`. */
const FRAME_ON_ONE_LINE = /^ *\[\d+\] (.+) at (\S.*?):(\d+)(?: \[inlined\])?(?: \(repeats \d+ times\))?$/;
/** Since Julia 1.6 (stacktraces in base/errorshow.jl): ` [2] predict(w::Dict)`, below it `   @ Inference ~/…/model.jl:31`. */
const FRAME_BEGINS = /^ *\[\d+\] (.+)/;
const FRAME_PLACE = /^\s*@ (?:[\w.]+ )?(\S.*?):(\d+)(?: \[inlined\])?$/;

/**
 * Pure: the last uncaught exception of a log (clean lines), of Julia 1.5 and newer; undefined when there is none. An
 * exception that a program caught and printed looks the same: ask only of a run that failed.
 */
export function readJuliaException(lines: readonly string[]): JuliaException | undefined {
  const at = lines.findLastIndex((line) => line.startsWith(BEGINS));
  if (at === -1) return undefined;
  const report = lines.slice(at);
  return { message: messageOf(report), frame: firstUserFrame(report) };
}

function messageOf(report: readonly string[]): string {
  const nested = report.map((line) => NESTED.exec(line)?.[1]).find((text) => text !== undefined);
  const first = unwrapped(nested ?? (report[0] ?? '').slice(BEGINS.length));
  // `ERROR: TaskFailedException:` of Julia 1.5 has the exception on the next line.
  const message = first === '' ? unwrapped(report.slice(1).find((line) => line !== '') ?? '') : first;
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
    const whole = FRAME_ON_ONE_LINE.exec(line);
    const place = FRAME_PLACE.exec(line);
    if (whole !== null) frames.push(frame(whole[1] ?? '', whole[2] ?? '', whole[3]));
    else if (place !== null && begun !== undefined) frames.push(frame(begun, place[1] ?? '', place[2]));
    begun = FRAME_BEGINS.exec(line)?.[1];
  }
  return frames;
}

function frame(signature: string, file: string, line: string | undefined): StackFrame {
  // Of a value that is called like a function, `(::Model)(x)`, the type is the name.
  const [, type, name = signature] = /^(?:\(::([^()]+)\)|([^({]+))/.exec(signature) ?? [];
  return {
    function: type ?? name,
    file: file.replace(/.*\.julia\/dev\//, ''),
    line: Number(line),
  };
}

/** Where Julia itself, its standard library and registered packages lie; `./array.jl` is Base, `none:1` the command line. */
const NOT_THE_USERS =
  /^(?:\.\/|none$|REPL|string$)|\/opt\/julia|share\/julia|\.julia\/packages\/|\/buildworker\/|\/cache\/build\//;

function firstUserFrame(report: readonly string[]): StackFrame | undefined {
  return stackFrames(report).find(({ file, line }) => line > 0 && !NOT_THE_USERS.test(file));
}
