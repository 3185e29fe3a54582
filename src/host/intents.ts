import { commands, env, Uri } from 'vscode';
import type { Intent } from '../protocol/messages.ts';
import type { PanelState } from '../protocol/panel-state.ts';
import { isOffered } from './links.ts';

/** Does what the person wants of the page: each is a command, so that the palette and the page do the same. */
export function followIntent(intent: Intent, state: PanelState): void {
  switch (intent.kind) {
    case 'submit':
      return command('submit');
    case 'run-stage':
      return command('runStage', intent.stage);
    case 'cancel':
      return command('cancel');
    case 'show-log':
      return command('showLog');
    case 'open':
      if (isOffered(intent.url, state)) void env.openExternal(Uri.parse(intent.url));
      return;
  }
}

function command(name: string, ...argument: string[]): void {
  void commands.executeCommand(`juliaKaggle.${name}`, ...argument);
}
