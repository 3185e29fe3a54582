import * as l10n from '@vscode/l10n';
import type { QuickPickItem } from 'vscode';
import type { Finding } from '../../core/doctor/examine.ts';
import type { Around } from '../around.ts';
import { whileAsking } from '../editor/asking.ts';
import { remediesOf, type RemedyAction, takeRemedy } from '../editor/remedies.ts';

/** Examines engine and account, and lists what was found; choosing a finding opens its remedy, or else the log. */
export async function doctor({ vs, core, pages, projects, log }: Around): Promise<void> {
  const findings = await whileAsking(
    vs,
    async (signal) =>
      (await core.open()).doctor(vs.workspace.isTrusted ? projects.current?.folder : undefined, signal),
    l10n.t('Examining the engine and the account…'),
  );
  const items = findingItems(findings);
  log.info(items.map(({ logText }) => logText).join('\n'));
  const problems = findings.filter(({ error }) => error !== undefined).length;
  const warnings = findings.filter(({ warnings: some = [] }) => some.length > 0).length;
  const chosen = await vs.window.showQuickPick(items, {
    title:
      problems === 0
        ? warnings === 0
          ? l10n.t('Everything that a run needs is there')
          : l10n.t('Everything that a run needs is there; warnings: {0}', warnings)
        : l10n.t('{0} of {1} things stand in the way of a run', problems, findings.length),
    placeHolder: l10n.t('Choose one for its remedy'),
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  if (chosen?.remedy !== undefined) await takeRemedy(vs, chosen.remedy);
  else if (chosen?.url !== undefined) await pages.open(chosen.url);
  else if (chosen !== undefined) {
    // A row has no room for it.
    const show = l10n.t('Show Log');
    if ((await vs.window.showInformationMessage(chosen.whole, show)) === show) log.show();
  }
}

export interface FindingItem extends QuickPickItem {
  /** The same for the log, over several lines. */
  readonly logText: string;
  /** The same in one paragraph. */
  readonly whole: string;
  /** Where the remedy is. */
  readonly url: string | undefined;
  /** What the editor does about it. */
  readonly remedy: RemedyAction | undefined;
}

/** What was found as a list: what is wrong first, then what should be otherwise. */
function findingItems(findings: readonly Finding[]): FindingItem[] {
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
    whole: [`${name}: ${text}`, ...notes].join(' '),
    remedy: error && remediesOf(error)[0],
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
