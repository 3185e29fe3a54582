import * as l10n from '@vscode/l10n';
import { pageToOpen } from '../../base/addresses.ts';
import { kaggleAddresses } from '../../core/kaggle-addresses.ts';
import type { Site } from '../../kaggle/site.ts';
import type { Vs } from './editor.ts';
import type { Settings } from './settings.ts';

type WithKey = (address: string) => string;

const asItIs: WithKey = (address) => address;

/** The pages of the Kaggle in use, and the one way to the user's browser. */
export class Pages {
  #withKey = asItIs;

  constructor(
    private readonly vs: Vs,
    private readonly settings: Settings,
  ) {}

  /** The web pages that belong to the Kaggle in use; nobody is asked. */
  async site(): Promise<Site> {
    const { Site: KaggleSite } = await import('../../kaggle/site.ts');
    const { apiUrl, siteUrl } = kaggleAddresses(this.settings.read(), process.env);
    return new KaggleSite(apiUrl, siteUrl);
  }

  /**
   * While a local Kaggle runs, its pages are opened with a key that is good once: what a page is opened with can be read
   * by other users of the machine. Without an argument addresses are opened as they are.
   */
  lendKey(add: WithKey = asItIs): void {
    this.#withKey = add;
  }

  /**
   * Opens a page of Kaggle, or one that a remedy names, in the user's browser, and no other address.
   * @param site whose pages may be opened besides; absent: the Kaggle in use.
   * @returns whether it was opened.
   */
  async open(address: string, site?: string): Promise<boolean> {
    const { vs } = this;
    const page = pageToOpen(address, site ?? (await this.site()).url);
    if (page !== undefined) return vs.env.openExternal(vs.Uri.parse(this.#withKey(page)));
    // It is not named: a notification makes links, also to commands, of what looks like one.
    void vs.window.showWarningMessage(l10n.t('The address is not a page of Kaggle and was not opened.'));
    return false;
  }
}
