import { l10n, type QuickPickItem } from 'vscode';
import type { Finding } from '../core/doctor/examine.ts';
import { needsSignIn } from './problem.ts';

export interface FindingItem extends QuickPickItem {
  /** The same for the log, over several lines. */
  readonly logText: string;
  /** Where the remedy is. */
  readonly url: string | undefined;
  /** Signing in is the remedy. */
  readonly needsSignIn: boolean;
}

/** What was found as a list: what is wrong first, then what should be otherwise. */
export function findingItems(findings: readonly Finding[]): FindingItem[] {
  return findings.toSorted((a, b) => rank(a) - rank(b)).map(itemOf);
}

function itemOf({ subject, text, warnings = [], error }: Finding): FindingItem {
  const name = subjects()[subject];
  const notes = [...(error?.actions.map(({ title }) => title) ?? []), ...warnings];
  const icon = error !== undefined ? 'error' : warnings.length > 0 ? 'warning' : 'check';
  return {
    label: `$(${icon}) ${name}`,
    description: text,
    detail: notes.join(' · '),
    logText: [`${name}: ${text}`, ...notes.map((note) => `  → ${note}`)].join('\n'),
    needsSignIn: error !== undefined && needsSignIn(error.code),
    url: error?.actions.find(({ url }) => url !== undefined)?.url,
  };
}

function rank({ warnings = [], error }: Finding): number {
  if (error !== undefined) return 0;
  return warnings.length > 0 ? 1 : 2;
}

function subjects(): Readonly<Record<Finding['subject'], string>> {
  return {
    engine: l10n.t('Docker engine'),
    machine: l10n.t('Machine'),
    memory: l10n.t('Memory'),
    disk: l10n.t('Disk'),
    image: l10n.t('Image'),
    gpu: 'GPU',
    kaggle: 'Kaggle',
  };
}
