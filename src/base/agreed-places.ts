import { basename, dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { isWithin, withoutLinks, writePrivately } from './files.ts';
import { GuardedFolder } from './guarded-folder.ts';
import { readJson } from './json.ts';

const agreedFile = z.object({ format: z.literal(1), projects: z.record(z.string(), z.array(z.string())) });
type Projects = z.infer<typeof agreedFile>['projects'];

const OWN_UID = process.getuid?.();

/**
 * What the user agreed that projects may read outside of themselves: real paths, by the project's real path. They are
 * kept in one file of this machine, which no project and no other user may bring along.
 */
export class AgreedPlaces {
  /** What was agreed to in this process, also where nothing can be written. */
  readonly #here = new Map<string, readonly string[]>();

  /** @param file absolute; it need not be there. */
  constructor(private readonly file: string) {}

  /** The places of the project in a folder. A file that is not this user's own, or that lies in the project, says nothing. */
  async of(folder: string): Promise<readonly string[]> {
    const project = await withoutLinks(folder);
    const kept = isWithin(project, await this.#realFile()) ? [] : ((await this.#read())[project] ?? []);
    return [...new Set([...kept, ...(this.#here.get(project) ?? [])])];
  }

  /** Keeps that the user agreed to these places. Where that cannot be written, it holds for this process. */
  async agree(folder: string, places: readonly string[]): Promise<void> {
    const project = await withoutLinks(folder);
    const all = [...new Set([...(await this.of(project)), ...places])].sort();
    this.#here.set(project, all);
    const projects = { ...(await this.#read()), [project]: all };
    await writePrivately(this.file, `${JSON.stringify({ format: 1, projects }, undefined, 1)}\n`).catch(
      () => undefined,
    );
  }

  async #read(): Promise<Projects> {
    try {
      const folder = new GuardedFolder(dirname(this.file));
      const found = await folder.look(this.file);
      if (OWN_UID !== undefined && found?.uid !== OWN_UID) return {};
      return readJson(agreedFile, await folder.readText(this.file))?.projects ?? {};
    } catch {
      // As before anybody agreed to anything.
      return {};
    }
  }

  async #realFile(): Promise<string> {
    return join(await withoutLinks(dirname(this.file)), basename(this.file));
  }
}
