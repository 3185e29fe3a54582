import * as l10n from '@vscode/l10n';
import type { TreeItem } from 'vscode';
import { formatBytes } from '../../base/format.ts';
import { shownOnOneLine } from '../../base/shown-text.ts';
import type { InputStatus } from '../../core/pipeline/input-status.ts';
import type { InputKind, ProjectInput } from '../../core/project-artefact.ts';
import type { Vs } from '../editor/editor.ts';

const INPUT_ICONS = {
  dataset: 'database',
  model: 'beaker',
  notebook: 'notebook',
  competition: 'table',
} as const;

/** An input in the tree. */
export function inputItem(vs: Vs, { input, state, newest }: InputItem): TreeItem {
  const { name, kind, ref, version, bytes } = input;
  const item = new vs.TreeItem(shownOnOneLine(name));
  const isStrange = state === 'newer' || state === 'gone';
  item.iconPath = isStrange
    ? new vs.ThemeIcon('warning', new vs.ThemeColor('list.warningForeground'))
    : new vs.ThemeIcon(INPUT_ICONS[kind]);
  item.id = inputKey(input);
  item.description = [
    ...(version === undefined ? [] : [`v${version}`]),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    inputStateText(state, newest),
  ].join(' · ');
  item.contextValue = 'input';
  item.tooltip = shownOnOneLine(`${inputKindText(kind, ref)}: ${item.description}`);
  item.accessibilityInformation = { label: item.tooltip };
  return item;
}

function inputKindText(kind: InputKind, ref: string): string {
  return {
    dataset: l10n.t('the dataset {0}', ref),
    model: l10n.t('the model {0}', ref),
    notebook: l10n.t('the notebook {0}', ref),
    competition: l10n.t('the competition {0}', ref),
  }[kind];
}

function inputStateText(state: InputState, newest = 0): string {
  return {
    unknown: l10n.t('not looked up yet'),
    'not-here': l10n.t('not fetched yet'),
    here: l10n.t('fetched'),
    newer: l10n.t('version {0} is on Kaggle', newest),
    gone: l10n.t('not on Kaggle any more'),
  }[state];
}

/** `unknown`: no run has asked Kaggle about it. `newer`, `gone`: what Kaggle said when it was asked last. */
export type InputState = 'unknown' | 'not-here' | 'here' | 'newer' | 'gone';

/** An input as the tree shows it. */
export interface InputItem {
  readonly input: ProjectInput;
  readonly state: InputState;
  /** The newest version on Kaggle, as far as that is known. */
  readonly newest?: number | undefined;
}

/** Pure: what others made, each with its state. @param remote the versions that Kaggle has, by `inputKey`. */
export function inputItems(
  inputs: readonly InputStatus[],
  remote: ReadonlyMap<string, readonly number[] | 'missing'>,
): InputItem[] {
  return inputs.map(({ isHere, ...input }) => {
    const versions = remote.get(inputKey(input));
    const newest = versions === 'missing' ? undefined : versions?.at(-1);
    return { input, state: inputStateOf(input, isHere, versions), newest };
  });
}

/** Pure: tells an input from others, whatever its version. */
export function inputKey({ kind, ref }: Pick<ProjectInput, 'kind' | 'ref'>): string {
  return `${kind} ${ref}`;
}

function inputStateOf(
  { version, files }: ProjectInput,
  isHere: boolean,
  versions: readonly number[] | 'missing' | undefined,
): InputState {
  if (versions === 'missing') return 'gone';
  if (files === undefined) return 'unknown';
  if (versions !== undefined && version !== undefined) {
    if (!versions.includes(version)) return 'gone';
    if ((versions.at(-1) ?? 0) > version) return 'newer';
  }
  return isHere ? 'here' : 'not-here';
}
