import * as z from 'zod/mini';
import { FACTS, panelStateSchema, STAGE_NAMES } from './panel-state.ts';

const stage = z.enum(STAGE_NAMES);

/** From the host to the page. */
const toPanelSchema = z.discriminatedUnion('kind', [
  /** All there is to show, in place of what was shown. */
  z.object({ kind: z.literal('state'), state: panelStateSchema }),
  /**
   * Lines of a stage's log. The first of them is the one numbered `first` of the run; what comes right after the lines
   * that the page has is added to them, anything else takes their place.
   */
  z.object({
    kind: z.literal('log'),
    stage,
    /** Another for each run. */
    run: z.number(),
    first: z.number(),
    lines: z.readonly(z.array(z.string())),
  }),
]);
export type ToPanel = z.infer<typeof toPanelSchema>;
export type LogMessage = Extract<ToPanel, { kind: 'log' }>;

/** From the page to the host: what the person wants. The page is not trusted to send anything else. */
const fromPanelSchema = z.discriminatedUnion('kind', [
  /** The page is loaded and wants the state, and the logs of these stages. */
  z.strictObject({ kind: z.literal('ready'), logs: z.array(stage) }),
  /** The page shows the log of a stage, or no longer. */
  z.strictObject({ kind: z.literal('follow-log'), stage, on: z.boolean() }),
  /** What would be done on the whole way? */
  z.strictObject({ kind: z.literal('plan') }),
  /** Do what the plan says. */
  z.strictObject({ kind: z.literal('accept-plan') }),
  z.strictObject({ kind: z.literal('decline-plan') }),
  /** What the person says to the question of the run. */
  z.strictObject({ kind: z.literal('answer'), yes: z.boolean() }),
  /** Show the files that would go up. */
  z.strictObject({ kind: z.literal('show-files') }),
  z.strictObject({ kind: z.literal('run-stage'), stage }),
  z.strictObject({ kind: z.literal('cancel') }),
  z.strictObject({ kind: z.literal('show-log') }),
  /** Open the file in which the problem is, there. */
  z.strictObject({ kind: z.literal('open-source') }),
  /** Show it beside the file that it should be like. */
  z.strictObject({ kind: z.literal('compare-source') }),
  /** Take the action of a fact that has this label. */
  z.strictObject({ kind: z.literal('mend'), fact: z.enum(FACTS), label: z.string() }),
  /** Take the remedy of the problem that names this command. */
  z.strictObject({ kind: z.literal('take-remedy'), command: z.string() }),
  /** Open an address that the state named. */
  z.strictObject({ kind: z.literal('open'), url: z.url({ protocol: /^https?$/ }) }),
]);
export type FromPanel = z.infer<typeof fromPanelSchema>;
/** What the person wants of the host. */
export type Intent = Exclude<FromPanel, { kind: 'ready' | 'follow-log' }>;

/** The message of the page, or undefined when it is none of ours. */
export function parseFromPanel(message: unknown): FromPanel | undefined {
  return fromPanelSchema.safeParse(message).data;
}

/** The message of the host, or undefined when it is none of ours. */
export function parseToPanel(message: unknown): ToPanel | undefined {
  return toPanelSchema.safeParse(message).data;
}
