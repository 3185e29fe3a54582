import * as l10n from '@vscode/l10n';
import { isCancelled, isUserError, messageOf } from '../../base/errors.ts';
import type { StagePreview } from '../../core/pipeline/preview.ts';
import { formatDuration, inList } from '../../base/format.ts';
import { leavesMachine, type RemoteStageName, type RouteName, type StageName } from '../../core/stages.ts';
import type { PlanItem } from '../../protocol/panel-state.ts';
import type { Around } from '../around.ts';
import { type ErrorsAround, showError } from '../editor/errors.ts';
import type { ProjectView } from '../project/projects.ts';
import { confirmOutside } from '../run/confirm.ts';
import { sentence } from '../run/run-view.ts';
import { filesText, practiceText, stagePurpose, stageTitle } from '../texts.ts';
import { lateText } from './setup-facts.ts';

/** The plan that is shown before a run, if any. */
export type PlanView =
  { readonly state: 'preparing' } | { readonly state: 'ready'; readonly previews: readonly StagePreview[] };

interface PlanAround {
  readonly competition: string | undefined;
  readonly route: RouteName | undefined;
  /** The competition has ended. */
  readonly isLate: boolean;
  /** What is sent goes to a Kaggle on this machine. */
  readonly isPractice?: boolean;
}

/** Pure: the plan as the page shows it. */
export function presentPlan(
  plan: PlanView,
  { competition, route, isLate, isPractice = false }: PlanAround,
): PlanItem {
  const title =
    competition === undefined
      ? l10n.t('What will be done')
      : l10n.t('What will be done to submit to {0}', competition);
  const common = {
    title,
    leavesTitle: isPractice ? practiceText() : l10n.t('What leaves this machine'),
    decline: l10n.t('Not Now'),
  };
  if (plan.state === 'preparing') {
    return {
      ...common,
      preparing: true,
      standing: '',
      cost: '',
      stages: [],
      then: '',
      leaves: [],
      note: l10n.t('Finding out what is to be done…'),
      accept: { label: l10n.t('Start'), enabled: false },
    };
  }
  const { previews } = plan;
  const agreed = agreement(previews);
  return {
    ...common,
    preparing: false,
    standing: standingText(previews),
    cost: costText(previews),
    ...(previews.some(sendsPackage) && { files: filesText() }),
    stages: previews
      .filter(({ state }) => state === 'would-run')
      .map((preview) => ({
        name: preview.stage,
        title: stageTitle(preview.stage),
        text: textOf(preview, route),
      })),
    then: thenText(previews),
    leaves: leaving(previews, { competition: competition ?? 'Kaggle', isLate }),
    note: noteOf(previews, agreed, isPractice),
    accept: { label: agreed === undefined ? l10n.t('Start') : l10n.t('Submit'), enabled: true },
  };
}

/** Only where it is known of all that is to be done; the project is read in no time. */
function costText(previews: readonly StagePreview[]): string {
  const open = previews.filter(({ stage, state }) => state !== 'fresh' && stage !== 'project');
  const times = open.map(({ lastMilliseconds }) => lastMilliseconds);
  if (open.length === 0 || times.includes(undefined)) return '';
  const total = times.reduce<number>((sum, time) => sum + (time ?? 0), 0);
  return l10n.t('When these stages were last done, they took {0}.', formatDuration(total));
}

function sendsPackage(preview: StagePreview): boolean {
  return preview.stage === 'upload' && sendsSomething(preview);
}

/** What goes up, and how much of it, is said by `leaving`, and not here as well. */
function textOf({ stage, text, lastMilliseconds }: StagePreview, route: RouteName | undefined): string {
  const words = stage === 'upload' || stage === 'submit' ? stagePurpose(stage, route) : sentence(text);
  return lastMilliseconds === undefined
    ? words
    : l10n.t('{0} (last time {1})', words, formatDuration(lastMilliseconds));
}

function standingText(previews: readonly StagePreview[]): string {
  const standing = titlesOf(previews, 'fresh');
  return standing === '' ? '' : l10n.t('Up to date: {0}.', standing);
}

function thenText(previews: readonly StagePreview[]): string {
  const later = titlesOf(previews, 'later');
  return later === '' ? '' : l10n.t('Then: {0}.', later);
}

function titlesOf(previews: readonly StagePreview[], wanted: StagePreview['state']): string {
  const those = previews.filter(({ state }) => state === wanted);
  return inList(those.map(({ stage }) => stageTitle(stage)));
}

/**
 * Pure: what a person agrees to by accepting this plan: the fingerprint of what the first stage that sends something
 * would do, which the run asks about. Undefined while that is not known, as what is to be sent is still to be made; the run then asks.
 */
export function agreement(previews: readonly StagePreview[]): string | undefined {
  const first = previews.find(sendsSomething);
  return first?.state === 'would-run' ? first.fingerprint : undefined;
}

function noteOf(previews: readonly StagePreview[], agreed: string | undefined, isPractice: boolean): string {
  if (previews.every(({ state }) => state === 'fresh'))
    return l10n.t('Everything is up to date: there is nothing to do.');
  if (agreed !== undefined)
    return l10n.t('This is the only question: what follows, up to the score, is done without asking again.');
  if (!previews.some(sendsSomething)) return '';
  return isPractice
    ? l10n.t('You are asked before anything is uploaded, as soon as its size is known.')
    : l10n.t('You are asked before anything leaves this machine, as soon as its size is known.');
}

function sendsSomething({ stage, state }: StagePreview): boolean {
  return leavesMachine(stage) && state !== 'fresh';
}

function leaving(
  previews: readonly StagePreview[],
  { competition, isLate }: { readonly competition: string; readonly isLate: boolean },
): string[] {
  const isOfNotebook = previews.some(({ stage }) => stage === 'notebook');
  const sentences = previews.flatMap(({ stage, state, text, foreseen }) => {
    if (!leavesMachine(stage) || state === 'fresh') return [];
    const plan = state === 'later' ? undefined : sentence(text);
    const words = leavingText(stage, { competition, isOfNotebook, plan, foreseen });
    return stage === 'submit' && isLate && plan === undefined ? [words, lateText()] : [words];
  });
  return sentences.length === 0 ? [l10n.t('Nothing.')] : sentences;
}

interface Leaving {
  readonly competition: string;
  readonly isOfNotebook: boolean;
  /** Where it is known. */
  readonly plan: string | undefined;
  /** What is expected, where it is not. */
  readonly foreseen: string | undefined;
}

function leavingText(stage: RemoteStageName, { competition, isOfNotebook, plan, foreseen }: Leaving): string {
  switch (stage) {
    case 'upload':
      if (plan !== undefined) return plan;
      return foreseen === undefined
        ? l10n.t('What changed, as private datasets; its size is known once it is packed.')
        : sentence(foreseen);
    case 'notebook':
      return l10n.t('The notebook, private, internet off.');
    case 'submit':
      if (plan !== undefined) return plan;
      return isOfNotebook
        ? l10n.t('One submission to {0}.', competition)
        : l10n.t('The file that the test leaves, as one submission to {0}.', competition);
  }
}

interface PlannerAround extends ErrorsAround {
  readonly core: Around['core'];
  readonly onChange: () => void;
}

/** Finds out what the whole way would do, and holds it until the person has decided. */
export class Planner {
  #plan: PlanView | undefined;
  #controller: AbortController | undefined;

  constructor(private readonly around: PlannerAround) {}

  get plan(): PlanView | undefined {
    return this.#plan;
  }

  /**
   * Makes the plan of the run up to `until`. Gives false when there can be none: the run itself will say why, with its
   * remedy. Being closed meanwhile is no fault. A user who does not want files outside of the project to be read is not
   * asked a second time by a run.
   */
  async make({ folder }: ProjectView, until: StageName): Promise<boolean> {
    this.close();
    const { vs, core, log } = this.around;
    const controller = new AbortController();
    this.#controller = controller;
    this.#take({ state: 'preparing' });
    try {
      const project = await core.project(folder);
      const { signal } = controller;
      const previews = await project.plan({ until, askOutside: confirmOutside(vs), signal });
      if (!controller.signal.aborted) this.#take({ state: 'ready', previews });
      return true;
    } catch (error) {
      if (controller.signal.aborted || isCancelled(error)) return true;
      log.debug(`No plan could be made: ${messageOf(error)}`);
      this.close();
      if (!isUserError(error, 'outside-project')) return false;
      showError(error, this.around, { folder });
      return true;
    }
  }

  /** Closes the plan. Gives what the person agreed to by it, if anything was said to leave the machine. */
  accept(): string | undefined {
    const agreed = this.#plan?.state === 'ready' ? agreement(this.#plan.previews) : undefined;
    this.close();
    return agreed;
  }

  close(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    if (this.#plan !== undefined) this.#take(undefined);
  }

  #take(plan: PlanView | undefined): void {
    this.#plan = plan;
    this.around.onChange();
  }
}
