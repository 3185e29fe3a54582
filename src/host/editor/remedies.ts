import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { isPlainName } from '../../base/user-command.ts';
import { CONFIG_FILE } from '../../core/config-file.ts';
import { isPackMode } from '../../core/packing.ts';
import { isStageName, type StageName } from '../../core/stages.ts';
import { stageTitle } from '../texts.ts';
import type { Vs } from './editor.ts';

/** Does what a remedy says. @param folder of the project, which becomes the current one; absent: it is that already. */
export async function takeRemedy(
  vs: Vs,
  { command, argument }: RemedyAction,
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

/**
 * Pure: what the editor does where a remedy names a command of `julia-kaggle`, such as `mode depot`; undefined where
 * it has nothing of the kind.
 */
export function remedyAction(command: string): RemedyAction | undefined {
  const [name = '', ...rest] = command.split(' ');
  const [first = ''] = rest;
  switch (name) {
    case 'mode':
      return modeAction(first);
    case 'run':
      return runAction(rest);
    case 'add-artifact':
      return isPlainName(first)
        ? { command: 'addArtifact', argument: first, label: l10n.t('Add {0}…', first) }
        : undefined;
    case 'pin-cuda':
      return { command: 'pinCuda', label: l10n.t('Pin CUDA…') };
    case 'clean':
      return { command: 'clean', label: l10n.t('Clean…') };
    case 'login':
      return { command: 'signIn', label: l10n.t('Sign In…') };
    case 'allow-outside':
      // Reading the project asks.
      return { command: 'runStage', argument: 'project', label: l10n.t('Allow Reading…') };
    default:
      return undefined;
  }
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
