import * as z from 'zod/mini';
import type { PanelState, StageName } from './panel-state.ts';

/** From the host to the page. */
export interface ToPanel {
  readonly kind: 'state';
  readonly state: PanelState;
}

const STAGES = [
  'project',
  'build',
  'test',
  'pack',
  'rehearse',
  'upload',
  'notebook',
  'submit',
] as const satisfies readonly StageName[];

/** From the page to the host: what the person wants. The page is not trusted to send anything else. */
const fromPanelSchema = z.discriminatedUnion('kind', [
  /** The page is loaded and wants the state. */
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('submit') }),
  z.strictObject({ kind: z.literal('run-stage'), stage: z.enum(STAGES) }),
  z.strictObject({ kind: z.literal('cancel') }),
  z.strictObject({ kind: z.literal('show-log') }),
  /** Open an address that the state named. */
  z.strictObject({ kind: z.literal('open'), url: z.url({ protocol: /^https?$/ }) }),
]);
export type FromPanel = z.infer<typeof fromPanelSchema>;
/** What the person wants of the host. */
export type Intent = Exclude<FromPanel, { kind: 'ready' }>;

/** The message of the page, or undefined when it is none of ours. */
export function parseFromPanel(message: unknown): FromPanel | undefined {
  return fromPanelSchema.safeParse(message).data;
}
