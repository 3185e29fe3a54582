import { isPractice } from '../../core/kaggle-addresses.ts';
import type { CoreSettings } from '../../core/pipeline/ports.ts';
import type { Vs } from './editor.ts';

/** The settings `juliaKaggle.*`, which reach the core as they are. */
export class Settings {
  #lent: CoreSettings = {};

  constructor(private readonly vs: Pick<Vs, 'workspace'>) {}

  /** As they are now. */
  readonly read = (): CoreSettings => ({
    apiUrl: this.#text('apiUrl'),
    juliaServer: this.#text('juliaServer'),
    image: this.#text('image'),
    dockerContext: this.#text('dockerContext'),
    ...this.#lent,
  });

  /** The Kaggle in use is one on this machine. */
  get isPractice(): boolean {
    return isPractice(this.read(), process.env);
  }

  /** These hold in place of the person's own until others are lent: the local Kaggle's, while it runs. */
  lend(settings: CoreSettings): void {
    this.#lent = settings;
  }

  #text(name: keyof CoreSettings): string | undefined {
    const value: unknown = this.vs.workspace.getConfiguration('juliaKaggle').get(name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  }
}
