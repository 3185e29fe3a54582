import { join } from 'node:path';
import * as z from 'zod/mini';
import { makeFolder } from '../../../base/files.ts';
import { GuardedFolder } from '../../../base/guarded-folder.ts';
import { fingerprint } from '../../../base/hash.ts';
import { readJson } from '../../../base/json.ts';
import type { KaggleClient } from '../../../kaggle/client.ts';
import type { ProjectInput } from '../../project-artefact.ts';

/** What is known of a version's files, which never change on Kaggle; beside the folder that has them. */
const keptFile = z.object({
  format: z.literal(1),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.optional(z.string()) })),
});
export type Listing = z.infer<typeof keptFile>['files'];

/** Of millions of files too. */
const MOST_LISTING_BYTES = 500_000_000;

/** What was fetched of others' inputs, of each version once for all projects. */
export class InputCache {
  readonly files: GuardedFolder;

  /** @param siteUrl another Kaggle may have another dataset of the same name. */
  constructor(
    private readonly root: string,
    private readonly siteUrl: string,
  ) {
    this.files = new GuardedFolder(root);
  }

  /** @throws UserError `file-unreadable` where it cannot be made. */
  static async open(root: string, { siteUrl }: Pick<KaggleClient, 'siteUrl'>): Promise<InputCache> {
    await makeFolder(root);
    return new InputCache(root, siteUrl);
  }

  /** Where the files of an input are; a competition's data have no version, and are told apart by their extent. */
  folderOf(input: Pick<ProjectInput, 'kind' | 'ref' | 'version' | 'files' | 'bytes'>): string {
    const { version, files = 0, bytes = 0 } = input;
    return join(this.#folder(input), version === undefined ? `${files}-${bytes}` : String(version));
  }

  /** What was noted of it; undefined: nothing. */
  async listing(folder: string): Promise<Listing | undefined> {
    return readJson(keptFile, await this.files.readText(`${folder}.json`, MOST_LISTING_BYTES))?.files;
  }

  async note(folder: string, files: Listing): Promise<void> {
    await this.files.write(`${folder}.json`, JSON.stringify({ format: 1, files }));
  }

  /**
   * The newest version that was fetched earlier, or the one that is wanted: what there is to go by without a network.
   */
  async newest(input: Pick<ProjectInput, 'kind' | 'ref' | 'version'>): Promise<ProjectInput['version']> {
    const entries = (await this.files.list(this.#folder(input))) ?? [];
    const found = entries.flatMap(
      ({ name }) => /^([1-9]\d{0,8})\.json$/.exec(name)?.slice(1).map(Number) ?? [],
    );
    if (input.version !== undefined) return found.includes(input.version) ? input.version : undefined;
    return found.length === 0 ? undefined : Math.max(...found);
  }

  #folder({ kind, ref }: Pick<ProjectInput, 'kind' | 'ref'>): string {
    const site = fingerprint({ site: this.siteUrl }).slice(0, 12);
    return join(this.root, site, `${kind}s`, ...ref.split('/'));
  }
}
