import { isPlainName } from '../base/user-command.ts';
import type { PackMode } from '../core/packing.ts';
import { isStageName, type StageName } from '../core/stages.ts';

/** A remedy that the editor can take for the person: one of its commands with its argument, and the word on the button. */
export interface RemedyAction {
  /** Without `juliaKaggle.`. */
  readonly command: string;
  readonly argument?: string;
  readonly label: string;
}

/** What the buttons of remedies say. */
export interface RemedyWords {
  readonly packModes: Readonly<Record<PackMode, string>>;
  readonly runFresh: (stage: string) => string;
  readonly addArtifact: (name: string) => string;
  readonly pinCuda: string;
  readonly signIn: string;
  readonly allowOutside: string;
}

interface AllWords {
  readonly remedies: RemedyWords;
  readonly stages: Readonly<Record<StageName, { readonly title: string }>>;
  readonly runUpTo: (stage: string) => string;
  readonly submit: string;
}

/**
 * Pure: what the editor does where a remedy names a command of `julia-kaggle`, such as `mode depot`; undefined where
 * it has nothing of the kind.
 */
export function remedyAction(command: string, words: AllWords): RemedyAction | undefined {
  const [name = '', ...rest] = command.split(' ');
  const [first = ''] = rest;
  switch (name) {
    case 'mode':
      return modeAction(first, words);
    case 'run':
      return runAction(rest, words);
    case 'add-artifact':
      return isPlainName(first)
        ? { command: 'addArtifact', argument: first, label: words.remedies.addArtifact(first) }
        : undefined;
    case 'pin-cuda':
      return { command: 'pinCuda', label: words.remedies.pinCuda };
    case 'login':
      return { command: 'signIn', label: words.remedies.signIn };
    case 'allow-outside':
      // Reading the project asks.
      return { command: 'runStage', argument: 'project', label: words.remedies.allowOutside };
    default:
      return undefined;
  }
}

function modeAction(mode: string, { remedies }: AllWords): RemedyAction | undefined {
  const label = new Map<string, string>(Object.entries(remedies.packModes)).get(mode);
  return label === undefined ? undefined : { command: 'choosePackMode', argument: mode, label };
}

function runAction(options: readonly string[], words: AllWords): RemedyAction {
  const fresh = valueOf(options, '--fresh');
  if (fresh !== undefined)
    return {
      command: 'runStageFresh',
      argument: fresh,
      label: words.remedies.runFresh(words.stages[fresh].title),
    };
  const until = valueOf(options, '--until');
  if (until !== undefined)
    return { command: 'runStage', argument: until, label: words.runUpTo(words.stages[until].title) };
  return { command: 'submit', label: words.submit };
}

function valueOf(options: readonly string[], name: string): StageName | undefined {
  const value = options[options.indexOf(name) + 1];
  return options.includes(name) && value !== undefined && isStageName(value) ? value : undefined;
}
