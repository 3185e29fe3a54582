import { EVERY, type FalseAnswer, type Fault, type UploadFault, type When } from './fault.ts';
import { timeText } from './units.ts';

/** The fault in the words that `parseFault` reads. */
export function faultText(fault: Fault): string {
  return `${targetText(fault)}${whenText(fault.when)}${effectText(fault)}`;
}

function targetText(fault: Fault): string {
  switch (fault.on) {
    case 'call':
      return fault.method;
    case 'upload':
    case 'download':
      return fault.on + atText(fault.byte);
    case 'log':
      return fault.on + atText(fault.entries);
    default:
      return fault.on;
  }
}

function atText(at: number | undefined): string {
  return at === undefined ? '' : `@${at}`;
}

function whenText({ first, last }: When): string {
  if (first === EVERY.first && last === EVERY.last) return '';
  if (last === first) return `#${first}`;
  return `#${first}-${last === Infinity ? '' : last}`;
}

function effectText(fault: Fault): string {
  switch (fault.on) {
    case 'call':
    case 'upload':
      return `=${wireText(fault.effect, fault.after)}`;
    case 'download':
    case 'log':
      return `=${wireText(fault.effect, false)}`;
    case 'ready':
      return fault.effect.kind === 'failed' ? '=failed' : `=${timeText(fault.effect.ms)}`;
    case 'drop':
      return `=${fault.name}`;
    case 'fresh':
      return `=${timeText(fault.ms)}`;
    case 'allowance':
      return '=full';
    case 'scoring':
      return `=${fault.error}${messageText(fault.message)}`;
    default:
      return `=${runText(fault)}`;
  }
}

function wireText(effect: UploadFault['effect'], after: boolean): string {
  switch (effect.kind) {
    case 'cut':
      return after ? 'cut,after' : 'cut';
    case 'unfinished':
      return effect.range ? '308,range' : '308';
    case 'answer':
      return answerText(effect, after);
  }
}

function answerText({ status, body, retryAfter, message }: FalseAnswer, after: boolean): string {
  const options = [
    String(status),
    ...(body === 'nested' ? [] : [body]),
    ...(after ? ['after'] : []),
    ...(retryAfter === undefined ? [] : [retryText(retryAfter)]),
  ];
  return options.join(',') + messageText(message);
}

function retryText({ seconds, as }: NonNullable<FalseAnswer['retryAfter']>): string {
  return as === 'date' ? `retry-after-date=${seconds}` : `retry-after=${seconds}`;
}

function messageText(message: string | undefined): string {
  return message === undefined ? '' : `,message=${message}`;
}

/** What is about the run of a notebook. */
function runText(fault: Extract<Fault, { readonly on: 'memory' | 'time' | 'stale' | 'mounts' }>): string {
  switch (fault.on) {
    case 'memory':
      return String(fault.bytes);
    case 'time':
      return timeText(fault.ms);
    case 'stale':
      return fault.slug;
    case 'mounts':
      return fault.layout;
  }
}
