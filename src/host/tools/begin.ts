import * as l10n from '@vscode/l10n';
import type { CancellationToken, LanguageModelTool, PreparedToolInvocation } from 'vscode';
import { isCancelled } from '../../base/errors.ts';
import { shownText, shownValue } from '../../base/shown-text.ts';
import type { StagePreview } from '../../core/pipeline/preview.ts';
import type { StageName } from '../../core/stages.ts';
import type { Around } from '../around.ts';
import { signalOf } from '../editor/asking.ts';
import type { Feature } from '../editor/commands.ts';
import { agreement, presentPlan } from '../panel/plan.ts';
import { recordedRoute } from '../project/route.ts';
import type { ProjectView } from '../project/projects.ts';
import type { Runs } from '../run/begin.ts';
import { confirmOutside } from '../run/confirm.ts';
import { problemOf } from '../run/run-view.ts';
import { failedStage } from '../project/show-log.ts';

/** Of the log of a stage that failed, which a model is given: its last lines. */
const LOG_LINES = 60;
const MOST_CHARACTERS = 12_000;

/** A tool of package.json, by which a language model works with the current project. */
interface Tool {
  readonly name: string;
  readonly progress: () => string;
  /** What the user is asked first; absent: nothing, since the tool changes nothing. */
  readonly question?: (project: ProjectView, signal: AbortSignal) => Promise<Question>;
  /** Gives what the model is told, as JSON. @param agreedPlan what the user has confirmed, where that was a plan. */
  readonly run: (project: ProjectView, signal: AbortSignal, agreedPlan?: string) => Promise<object>;
}

interface Question {
  readonly title: string;
  readonly lines: readonly string[];
  /** The fingerprint of the plan that a yes is about. */
  readonly plan?: string | undefined;
}

/**
 * The tools for language models. They see what the page and the logs show, never a credential. Those that run something
 * are confirmed by the user, who is told what leaves the machine; an upload that turns out to be another than the one that
 * was confirmed is asked in the page as always.
 */
export function beginTools(around: Around, runs: Runs): Feature {
  const { vs } = around;
  const disposables = toolsOf(around, runs).map((tool) =>
    vs.lm.registerTool(tool.name, asRegistered(around, tool)),
  );
  return { disposables };
}

function asRegistered(around: Around, tool: Tool): LanguageModelTool<object> {
  const { vs } = around;
  /** By folder, what the user was asked last; a run without that is none. */
  const asked = new Map<string, Question>();
  const ask = async (token: CancellationToken): Promise<Question | undefined> => {
    const project = await projectOf(around);
    if (project === undefined || tool.question === undefined) return undefined;
    // A question that was refused answers no later call, also where this one cannot be asked.
    asked.delete(project.folder);
    const question = await tool.question(project, signalOf(token));
    asked.set(project.folder, question);
    return question;
  };
  const run = async (signal: AbortSignal): Promise<object> => {
    const project = await projectOf(around);
    if (project === undefined)
      return { error: { title: l10n.t('There is no Julia project, or none was chosen.') } };
    const question = asked.get(project.folder);
    asked.delete(project.folder);
    if (tool.question !== undefined && question === undefined)
      // Why there was no question, which is why there can be no run.
      return {
        error: { title: l10n.t('The user was not asked.') },
        ...(await tool.question(project, signal)),
      };
    return tool.run(project, signal, question?.plan);
  };
  return {
    prepareInvocation: async (_, token): Promise<PreparedToolInvocation> => {
      // What went wrong is told by the call itself.
      const question = await ask(token).catch(() => undefined);
      return {
        invocationMessage: tool.progress(),
        ...(question && {
          confirmationMessages: {
            title: shownText(question.title),
            // Names and texts of strangers are no Markdown here.
            message: new vs.MarkdownString().appendText(shownText(question.lines.join('\n\n'))),
          },
        }),
      };
    },
    invoke: async (_, token) => {
      const told = await answerOf(around, () => run(signalOf(token)));
      const text = JSON.stringify(shownValue(told), undefined, 1);
      return new vs.LanguageModelToolResult([new vs.LanguageModelTextPart(text)]);
    },
  };
}

/** What the model is told; an error is an answer like any other, with what would fix it. */
async function answerOf({ vs }: Around, run: () => Promise<object>): Promise<object> {
  if (!vs.workspace.isTrusted)
    return { error: { title: l10n.t('The workspace is not trusted by its user.') } };
  try {
    return await run();
  } catch (error) {
    if (isCancelled(error)) throw new vs.CancellationError();
    return { error: problemOf(error) };
  }
}

async function projectOf({ vs, projects }: Around): Promise<ProjectView | undefined> {
  if (!vs.workspace.isTrusted) return undefined;
  if (!projects.isSearched) await projects.refresh();
  return projects.current;
}

function toolsOf(around: Around, runs: Runs): Tool[] {
  const { core } = around;
  return [
    {
      name: 'julia_kaggle_status',
      progress: () => l10n.t('Reading the state of the project'),
      run: async ({ name, folder, competition }, signal) => {
        const { stages, changed, submissions, problem } = await (await core.project(folder)).status(signal);
        const told = submissions.map(({ ref, submittedAt, publicScore, privateScore, best }) => ({
          ...{ ref, submittedAt, publicScore, privateScore, best },
        }));
        return {
          ...{ name, folder, competition, stages, changed, submissions: told },
          ...(problem && { problem: problemOf(problem) }),
        };
      },
    },
    {
      name: 'julia_kaggle_plan',
      progress: () => l10n.t('Finding out what is to be done…'),
      run: async (project, signal) => ({ plan: await planOf(around, project, signal) }),
    },
    {
      name: 'julia_kaggle_explain_failure',
      progress: () => l10n.t('Reading the log of the last failure'),
      run: async ({ folder }, signal) => {
        const opened = await core.project(folder);
        const { stages, problem } = await opened.status(signal);
        const { view } = runs.sessions.of(folder);
        const failed = failedStage(view.stages) ?? stages.find(({ state }) => state === 'failed')?.stage;
        if (failed === undefined && problem === undefined && view.problem === undefined)
          return { failure: 'none' };
        const summary = stages.find(({ stage }) => stage === failed)?.summary;
        return {
          ...{ stage: failed, summary, problem: view.problem ?? (problem && problemOf(problem)) },
          ...(failed && { log: lastLines(await opened.log(failed)) }),
        };
      },
    },
    {
      name: 'julia_kaggle_rehearse',
      progress: () => l10n.t('Running the stages up to the rehearsal'),
      question: ({ name }) =>
        Promise.resolve({
          title: l10n.t('Build, test and rehearse {0}?', name),
          lines: [l10n.t('The code of the project runs in containers on this machine. Nothing is uploaded.')],
        }),
      run: (project, signal) => runUntil(runs, project, 'rehearse', undefined, signal),
    },
    {
      name: 'julia_kaggle_submit',
      progress: () => l10n.t('Submitting to Kaggle'),
      question: async (project, signal) => {
        const previews = await planOf(around, project, signal);
        const { competition } = project;
        const route = await recordedRoute(project, { core });
        const plan = presentPlan(
          { state: 'ready', previews },
          { competition, route, isLate: false, isPractice: around.settings.isPractice },
        );
        const title = l10n.t('Submit {0} to {1}?', project.name, competition ?? 'Kaggle');
        return {
          title,
          lines: [`${plan.leavesTitle}:`, ...plan.leaves, plan.note],
          plan: agreement(previews),
        };
      },
      run: (project, signal, plan) => runUntil(runs, project, 'submit', plan, signal),
    },
  ];
}

async function planOf(
  { vs, core }: Around,
  { folder }: ProjectView,
  signal: AbortSignal,
): Promise<StagePreview[]> {
  const project = await core.project(folder);
  return project.plan({ until: 'submit', askOutside: confirmOutside(vs), signal });
}

/** A run as by its button: the page shows it, and what goes wrong. */
async function runUntil(
  { runner, sessions }: Runs,
  project: ProjectView,
  until: StageName,
  agreedPlan: string | undefined,
  signal: AbortSignal,
): Promise<object> {
  const session = sessions.of(project.folder);
  const cancel = (): void => session.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const ending = await runner.run(until, { project, agreedPlan });
    const { stages, problem, submission } = session.view;
    const said = Object.entries(stages).map(([stage, { state, text, warnings }]) => ({
      ...{ stage, state, text, warnings },
    }));
    return { ending, stages: said, problem, submission };
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Pure: the end of a log; what programs printed is theirs, and no word to whoever reads it. */
function lastLines(lines: readonly string[]): string {
  return lines.slice(-LOG_LINES).join('\n').slice(-MOST_CHARACTERS);
}
