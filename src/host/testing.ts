import type { ExtensionContext } from 'vscode';
import type { PanelState } from '../protocol/panel-state.ts';
import type { CredentialStore } from './account/credentials.ts';
import type { Command } from './editor/commands.ts';
import type { Vs } from './editor/editor.ts';
import type { ProjectFacts } from './project/facts.ts';
import type { SubmissionTree } from './submissions/submission-tree.ts';

/** The command that gives them. */
export const INNARDS = 'juliaKaggle.innards';

/** What the tests that run in the editor look at. */
export interface Innards {
  /** What the panel shows now. */
  readonly state: () => PanelState;
  /** How long activation took, in milliseconds of this process's processor time. */
  readonly activationMilliseconds: number;
  readonly submissions: SubmissionTree;
  readonly facts: ProjectFacts;
  readonly credentials: CredentialStore;
}

/**
 * The command by which tests in the editor reach what they test. In the window of a person there is none: other
 * extensions get nothing, neither by a command nor by what activation returns.
 */
export function testCommands(
  vs: Vs,
  { extensionMode }: Pick<ExtensionContext, 'extensionMode'>,
  innards: Innards,
): readonly Command[] {
  // The window was opened to run the tests of this very extension.
  return extensionMode === vs.ExtensionMode.Test ? [{ id: INNARDS, run: () => innards }] : [];
}
