import * as z from 'zod/mini';
import { type FromPanel, parseToPanel, type ToPanel } from '../../src/protocol/messages.ts';
import { STAGE_NAMES, type StageName } from '../../src/protocol/panel-state.ts';

/** What VS Code lends to the page of a webview. */
declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

export type Send = (message: FromPanel) => void;

/** What the page itself remembers over a reload: which stages are unfolded. All else comes from the host. */
const memorySchema = z.object({ unfolded: z.array(z.enum(STAGE_NAMES)) });

export interface Host {
  readonly send: Send;
  /** The stages that were unfolded. */
  readonly unfolded: readonly StageName[];
  remember(unfolded: readonly StageName[]): void;
}

/** Connects to the extension; `onMessage` is called with each of its messages that has the right form. */
export function connectHost(onMessage: (message: ToPanel) => void): Host {
  const api = acquireVsCodeApi();
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const message = parseToPanel(data);
    if (message !== undefined) onMessage(message);
  });
  return {
    send: (message) => api.postMessage(message),
    unfolded: memorySchema.safeParse(api.getState()).data?.unfolded ?? [],
    remember: (unfolded) => api.setState({ unfolded }),
  };
}
