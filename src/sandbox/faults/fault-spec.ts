import * as l10n from '@vscode/l10n';
import { defined } from '../../base/defined.ts';
import { UserError } from '../../base/errors.ts';
import { type Cut, EVERY, type FalseAnswer, type Fault, SCORING_ERRORS, type When } from './fault.ts';
import { nearestIgnoringCase } from '../../base/nearest.ts';
import { parseSize, parseTime } from './units.ts';

const EXAMPLES =
  'CreateDatasetVersion#1=cut,after   *#3-5=429,retry-after=2   upload@5MiB#1=503   ready=30s   scoring=timeout';

/** Why a text is no fault, in words for its author; becomes a UserError at the edge of this module. */
class SpecError extends Error {}

interface Parts {
  readonly target: string;
  /** The text behind `@`. */
  readonly at: string | undefined;
  readonly when: When;
  /** Behind the `=`. */
  readonly effect: string;
}

/**
 * Reads `TARGET[@PLACE][#WHEN]=EFFECT[,OPTION]…` (docs/sandbox.md). `methods`: names of the API's methods.
 * @throws UserError `wrong-usage` saying what is wrong with which part
 */
export function parseFault(spec: string, methods: readonly string[]): Fault {
  try {
    const parts = split(spec.trim());
    return { when: parts.when, ...targetOf(parts, methods) };
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new UserError({
      code: 'wrong-usage',
      title: l10n.t('"{0}" is not a fault: {1}.', spec, error.message),
      detail: l10n.t('Examples: {0}', EXAMPLES),
      actions: [
        { title: l10n.t('Write it as TARGET=EFFECT; docs/sandbox.md lists all targets and effects.') },
      ],
    });
  }
}

function split(spec: string): Parts {
  const equals = spec.indexOf('=');
  if (equals < 0) throw new SpecError(l10n.t('it has no "="'));
  const left = spec.slice(0, equals).trim();
  const [, target, at, when] = /^(\*|[A-Za-z]+)(?:@([^#]*))?(?:#(.*))?$/.exec(left) ?? [];
  if (target === undefined) throw new SpecError(l10n.t('"{0}" is not a target', left));
  const effect = spec.slice(equals + 1).trim();
  if (effect === '') throw new SpecError(l10n.t('nothing is behind the "="'));
  return { target, at, when: when === undefined ? EVERY : whenOf(when), effect };
}

/** `2`: the second; `2-4`: the second to the fourth; `2-`: the second and all later ones. */
function whenOf(text: string): When {
  const [, first = '', dash, last = ''] = /^(\d{1,9})(-)?(\d{1,9})?$/.exec(text) ?? [];
  const when = {
    first: Number(first),
    last: dash === undefined ? Number(first) : last === '' ? Infinity : Number(last),
  };
  if (first === '' || (dash === undefined && last !== ''))
    throw new SpecError(l10n.t('"#{0}" is not a count: write #2, #2-4 or #2-', text));
  if (when.first < 1) throw new SpecError(l10n.t('counts begin with #1'));
  if (when.last < when.first) throw new SpecError(l10n.t('"#{0}" ends before it begins', text));
  return when;
}

type FaultBody = Fault extends infer F ? (F extends Fault ? Omit<F, 'when'> : never) : never;

function targetOf(parts: Parts, methods: readonly string[]): FaultBody {
  const { target, effect } = parts;
  switch (target) {
    case 'upload':
      return uploadFault(parts);
    case 'download':
      return withPlace(parts, 'byte', (place) => ({ on: 'download', ...place, ...cutOrAnswer(effect) }));
    case 'log':
      return withPlace(parts, 'entries', (place) => ({ on: 'log', ...place, ...cutOrAnswer(effect) }));
    default:
      if (parts.at !== undefined) throw new SpecError(l10n.t('"@" means nothing for {0}', target));
      return placelessFault(target, effect, methods);
  }
}

function placelessFault(target: string, effect: string, methods: readonly string[]): FaultBody {
  switch (target) {
    case 'ready':
      return {
        on: 'ready',
        effect: effect === 'failed' ? { kind: 'failed' } : { kind: 'slow', ms: time(effect) },
      };
    case 'drop':
      return { on: 'drop', name: effect };
    case 'fresh':
      return { on: 'fresh', ms: time(effect) };
    case 'mounts':
      return { on: 'mounts', layout: oneOf(effect, ['classic', 'namespaced']) };
    case 'memory':
      return { on: 'memory', bytes: amount(effect) };
    case 'time':
      return { on: 'time', ms: time(effect) };
    case 'stale':
      return { on: 'stale', slug: effect };
    case 'allowance':
      oneOf(effect, ['full']);
      return { on: 'allowance' };
    case 'scoring':
      return scoringFault(effect);
    default:
      return callFault(target, effect, methods);
  }
}

function callFault(method: string, effect: string, methods: readonly string[]): FaultBody {
  const known = ['*', ...methods];
  if (!known.includes(method)) {
    const words = [
      ...methods,
      'upload',
      'download',
      'log',
      'ready',
      'drop',
      'fresh',
      'mounts',
      'memory',
      'time',
      'stale',
      'allowance',
      'scoring',
    ];
    throw new SpecError(
      l10n.t(
        'there is no method or target "{0}"; did you mean "{1}"?',
        method,
        nearestIgnoringCase(method, words) ?? '',
      ),
    );
  }
  const options = new Options(effect);
  const after = options.flag('after');
  return { on: 'call', method, after, effect: options.end(wireEffect(options)) };
}

function uploadFault({ at, effect }: Parts): FaultBody {
  const options = new Options(effect);
  const after = options.flag('after');
  if (after && at !== undefined)
    throw new SpecError(l10n.t('"after" is behind the last byte: leave the "@" away'));
  const place = at === undefined ? {} : { byte: size(at) };
  if (options.head !== '308')
    return { on: 'upload', ...place, after, effect: options.end(wireEffect(options)) };
  if (after) throw new SpecError(l10n.t('308 says that bytes are missing: it cannot come after'));
  return {
    on: 'upload',
    ...place,
    after,
    effect: options.end({ kind: 'unfinished', range: options.flag('range') }),
  };
}

/** A place is where a connection is cut; an answer comes before all bytes. */
function withPlace<K extends string>(
  { at, target, effect }: Parts,
  key: K,
  make: (place: Partial<Record<K, number>>) => FaultBody,
): FaultBody {
  if (at === undefined) return make({});
  if (effect !== 'cut') throw new SpecError(l10n.t('a {0} can only be cut in its middle', target));
  const place: Partial<Record<K, number>> = {};
  place[key] = size(at);
  return make(place);
}

function cutOrAnswer(effect: string): { effect: Cut | FalseAnswer } {
  const options = new Options(effect);
  return { effect: options.end(wireEffect(options)) };
}

function scoringFault(effect: string): FaultBody {
  const options = new Options(effect);
  const error = oneOf(options.head, SCORING_ERRORS);
  return options.end({ on: 'scoring', error, ...options.message() });
}

function wireEffect(options: Options): Cut | FalseAnswer {
  if (options.head === 'cut') return { kind: 'cut' };
  const status = Number(/^\d{3}$/.test(options.head) ? options.head : NaN);
  if (!(status >= 400 && status <= 599))
    throw new SpecError(l10n.t('"{0}" is neither "cut" nor a status from 400 to 599', options.head));
  return {
    kind: 'answer',
    status,
    body: options.choice(['flat', 'inside', 'html']) ?? 'nested',
    ...retryAfter(options),
    ...options.message(),
  };
}

function retryAfter(options: Options): Pick<FalseAnswer, 'retryAfter'> {
  const seconds = options.value('retry-after');
  const date = options.value('retry-after-date');
  const text = seconds ?? date;
  if (text === undefined) return {};
  if (seconds !== undefined && date !== undefined) throw new SpecError(l10n.t('one "retry-after" is enough'));
  if (!/^\d{1,9}$/.test(text)) throw new SpecError(l10n.t('"{0}" is not a number of seconds', text));
  return { retryAfter: { seconds: Number(text), as: date === undefined ? 'seconds' : 'date' } };
}

/** What is behind the `=`: a first word, and options that are taken one after the other until none is left. */
class Options {
  readonly head: string;
  readonly #left: string[];
  readonly #message: string | undefined;
  #messageTaken = false;

  constructor(text: string) {
    // The message is the last option, so that it may have commas in it.
    const start = text.indexOf(',message=');
    this.#message = start < 0 ? undefined : text.slice(start + ',message='.length).trim();
    const words = (start < 0 ? text : text.slice(0, start)).split(',').map((word) => word.trim());
    this.head = words[0] ?? '';
    this.#left = words.slice(1);
  }

  flag(name: string): boolean {
    const index = this.#left.indexOf(name);
    if (index >= 0) this.#left.splice(index, 1);
    return index >= 0;
  }

  choice<T extends string>(names: readonly T[]): T | undefined {
    return names.find((name) => this.flag(name));
  }

  /** The text behind `name=`. */
  value(name: string): string | undefined {
    const found = this.#left.find((option) => option.startsWith(`${name}=`));
    if (found === undefined) return undefined;
    this.flag(found);
    return found.slice(name.length + 1);
  }

  message(): { message?: string } {
    this.#messageTaken = true;
    if (this.#message === '') throw new SpecError(l10n.t('the message is empty'));
    return defined({ message: this.#message });
  }

  /** @throws SpecError when an option was not taken */
  end<T>(result: T): T {
    const [unknown] = this.#left;
    if (unknown !== undefined) throw new SpecError(l10n.t('"{0}" is no option of "{1}"', unknown, this.head));
    if (this.#message !== undefined && !this.#messageTaken)
      throw new SpecError(l10n.t('"message" is no option of "{0}"', this.head));
    return result;
  }
}

function oneOf<T extends string>(text: string, words: readonly T[]): T {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new SpecError(l10n.t('"{0}" is none of {1}', text, words.join(', ')));
  return found;
}

function time(text: string): number {
  const ms = parseTime(text);
  if (ms === undefined) throw new SpecError(l10n.t('"{0}" is not a time like 30s, 500ms or 2m', text));
  return ms;
}

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined)
    throw new SpecError(l10n.t('"@{0}" is not a place like @1000, @256KiB or @5MB', text));
  return bytes;
}

function amount(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined || bytes === 0)
    throw new SpecError(l10n.t('"{0}" is no amount like 600MB or 1GiB', text));
  return bytes;
}
