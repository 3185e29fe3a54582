import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { ErrorCode } from '../../base/errors.ts';
import { isPlainName } from '../../base/user-command.ts';
import { CONFIG_FILE } from '../../core/config-file.ts';
import { isPackMode } from '../../core/packing.ts';
import { isStageName, type StageName } from '../../core/stages.ts';
import { stageTitle } from '../texts.ts';
import type { Vs } from './editor.ts';

/** Does what a remedy says. @param folder of the project, which becomes the current one; absent: it is that already. */
export async function takeRemedy(
  vs: Vs,
  { command, argument }: Pick<RemedyAction, 'command' | 'argument'>,
  folder?: string,
): Promise<void> {
  if (folder !== undefined)
    await vs.commands.executeCommand('juliaKaggle.chooseProject', vs.Uri.file(join(folder, CONFIG_FILE)));
  await vs.commands.executeCommand(`juliaKaggle.${command}`, ...(argument === undefined ? [] : [argument]));
}

/** A remedy that the editor can take for the person: one of its commands with its argument, and the word on the button. */
export interface RemedyAction {
  /** Without `juliaKaggle.`. */
  readonly command: string;
  readonly argument?: string;
  readonly label: string;
}

/** What the editor does about any error with this code, in words like those that remedies name. */
const OFFERS: Readonly<Partial<Record<ErrorCode, string>>> = {
  'not-signed-in': 'login',
  'kaggle-unauthorized': 'login',
  'engine-unreachable': 'choose-engine',
  'julia-version-unknown': 'choose-julia',
  'manifest-julia-version': 'choose-julia',
  'competition-unsupported': 'choose-competition',
  'image-missing': 'choose-image',
};

interface Remedied {
  readonly code?: ErrorCode | undefined;
  readonly actions: readonly { readonly command?: string }[];
}

/** Pure: what the editor does about an error besides what its remedies name. */
export function offersOf({ code, actions }: Remedied): readonly string[] {
  const offer = code === undefined ? undefined : OFFERS[code];
  return offer === undefined || actions.some(({ command }) => command === offer) ? [] : [offer];
}

/** Pure: all that the editor does about an error. */
export function remediesOf(error: Remedied): readonly RemedyAction[] {
  const named = error.actions.flatMap(({ command }) => (command === undefined ? [] : [command]));
  return [...offersOf(error), ...named].flatMap((command) => remedyAction(command) ?? []);
}

/**
 * Pure: what the editor does where a remedy names a command of `julia-kaggle`, such as `mode depot`, or one of its own;
 * undefined where it has nothing of the kind.
 */
export function remedyAction(command: string): RemedyAction | undefined {
  const [name = '', ...rest] = command.split(' ');
  const [first = ''] = rest;
  switch (name) {
    case 'mode':
      return modeAction(first);
    case 'run':
      return runAction(rest);
    case 'choose-competition':
      return competitionAction(first);
    case 'choose-entry':
      return {
        command: 'chooseEntry',
        // The path may have spaces.
        ...(first === ''
          ? { label: l10n.t('Choose What Is Run…') }
          : { argument: rest.join(' '), label: l10n.t('Use {0}', rest.join(' ')) }),
      };
    case 'resolve':
      return resolveAction(rest);
    case 'skip-cells':
      return { command: 'skipCells', argument: rest.join(' '), label: l10n.t('Leave the Cells Out') };
    case 'add-artifact':
      return isPlainName(first)
        ? { command: 'addArtifact', argument: first, label: l10n.t('Add {0}…', first) }
        : undefined;
    default:
      return plainAction(name);
  }
}

function competitionAction(slug: string): RemedyAction {
  return isSlug(slug)
    ? { command: 'chooseCompetition', argument: slug, label: l10n.t('Use {0}', slug) }
    : { command: 'chooseCompetition', label: l10n.t('Choose Competition…') };
}

function resolveAction(rest: readonly string[]): RemedyAction {
  const [first, ...names] = rest;
  if (first === 'without')
    return {
      command: 'resolve',
      argument: rest.join(' '),
      label: l10n.t('Take {0} from a Registry…', names.join(', ')),
    };
  return first === 'add'
    ? { command: 'resolve', argument: rest.join(' '), label: l10n.t('Add {0}…', names.join(', ')) }
    : { command: 'resolve', label: l10n.t('Resolve…') };
}

/** What needs no argument; the last ones are the editor's own. */
function plainAction(name: string): RemedyAction | undefined {
  const actions: Readonly<Record<string, RemedyAction>> = {
    'pin-cuda': { command: 'pinCuda', label: l10n.t('Pin CUDA…') },
    clean: { command: 'clean', label: l10n.t('Clean…') },
    login: { command: 'signIn', label: l10n.t('Sign In…') },
    // Reading the project asks.
    'allow-outside': { command: 'runStage', argument: 'project', label: l10n.t('Allow Reading…') },
    'choose-engine': { command: 'chooseEngine', label: l10n.t('Choose Docker Engine…') },
    'choose-julia': { command: 'chooseJulia', label: l10n.t('Choose Julia Version…') },
    'start-engine': { command: 'startEngine', label: l10n.t('Start the Engine') },
    'choose-image': { command: 'chooseImage', label: l10n.t('Choose Image…') },
  };
  return Object.hasOwn(actions, name) ? actions[name] : undefined;
}

/** Pure: whether it can be the last part of a competition's address. */
export function isSlug(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]*$/.test(text);
}

function modeAction(mode: string): RemedyAction | undefined {
  if (!isPackMode(mode)) return undefined;
  const label = {
    depot: l10n.t('Use the Depot'),
    app: l10n.t('Use an App'),
    sysimage: l10n.t('Use a System Image'),
  }[mode];
  return { command: 'choosePackMode', argument: mode, label };
}

function runAction(options: readonly string[]): RemedyAction {
  const fresh = valueOf(options, '--fresh');
  if (fresh !== undefined)
    return {
      command: 'runStageFresh',
      argument: fresh,
      label: l10n.t('Run {0} Anew', stageTitle(fresh)),
    };
  const until = valueOf(options, '--until');
  if (until !== undefined)
    return { command: 'runStage', argument: until, label: l10n.t('Run up to {0}', stageTitle(until)) };
  return { command: 'submit', label: l10n.t('Submit') };
}

function valueOf(options: readonly string[], name: string): StageName | undefined {
  const value = options[options.indexOf(name) + 1];
  return options.includes(name) && value !== undefined && isStageName(value) ? value : undefined;
}
