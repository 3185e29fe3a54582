import type { Clock } from '../base/abort.ts';
import type { CredentialStore } from './account/credentials.ts';
import type { EditorCore } from './core.ts';
import type { Vs } from './editor/editor.ts';
import type { LogChannel } from './editor/log.ts';
import type { Pages } from './editor/pages.ts';
import type { Settings } from './editor/settings.ts';
import type { Projects } from './project/projects.ts';

/** What every feature may need. There is one of each in a window. */
export interface Around {
  /** The editor's API, by which alone a feature reaches the editor. */
  readonly vs: Vs;
  readonly log: LogChannel;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly pages: Pages;
  readonly credentials: CredentialStore;
  /** All that is known of projects, of their records and of the engine and Kaggle comes from here. */
  readonly core: EditorCore;
  readonly projects: Projects;
}
