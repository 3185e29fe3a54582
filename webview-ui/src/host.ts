import type { FromPanel, ToPanel } from '../../src/protocol/messages.ts';
import type { PanelState } from '../../src/protocol/panel-state.ts';

/** What VS Code lends to the page of a webview. */
declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

export type Send = (message: FromPanel) => void;

/** Connects to the extension; `onState` is called with each state that it sends. */
export function connectHost(onState: (state: PanelState) => void): { send: Send } {
  const api = acquireVsCodeApi();
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isToPanel(data)) onState(data.state);
  });
  return { send: (message) => api.postMessage(message) };
}

/** Messages come from the extension alone, made by the same build as this page: their kind tells them. */
function isToPanel(data: unknown): data is ToPanel {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'state';
}
