import * as l10n from '@vscode/l10n';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod/mini';
import { UserError } from '../base/errors.ts';
import { readTextIfPresent } from '../base/files.ts';
import { parseJson } from '../base/json.ts';
import { Turns } from '../base/turns.ts';
import { makePrivateFolder, removeFile, writePrivateFile } from './private-files.ts';

/**
 * Records of one kind, each a JSON file `<key>.json` in a folder. All are held in memory, a change is on disk before
 * it is seen, and changes happen one after the other.
 */
export class Collection<T> {
  readonly #records = new Map<string, T>();
  readonly #turns = new Turns();

  private constructor(private readonly folder: string) {}

  /** Reads the folder; makes it when it is missing. @throws UserError `file-unreadable` for a damaged record. */
  static async open<S extends z.ZodMiniType>(folder: string, schema: S): Promise<Collection<z.output<S>>> {
    const collection = new Collection<z.output<S>>(folder);
    await makePrivateFolder(folder);
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.json')) continue;
      collection.#records.set(name.slice(0, -'.json'.length), await readRecord(join(folder, name), schema));
    }
    return collection;
  }

  get(key: string | number): T | undefined {
    return this.#records.get(String(key));
  }

  values(): T[] {
    return [...this.#records.values()];
  }

  find(matches: (record: T) => boolean): T | undefined {
    return this.values().find(matches);
  }

  put(key: string | number, record: T): Promise<void> {
    return this.#turns.take(() => this.#write(String(key), record));
  }

  /** Changes a record from what it is when its turn comes. A record that was deleted meanwhile stays so. */
  update(key: string | number, change: (record: T) => T): Promise<void> {
    return this.#turns.take(async () => {
      const record = this.#records.get(String(key));
      if (record !== undefined) await this.#write(String(key), change(record));
    });
  }

  delete(key: string | number): Promise<void> {
    return this.#turns.take(async () => {
      await removeFile(this.#path(String(key)));
      this.#records.delete(String(key));
    });
  }

  async #write(key: string, record: T): Promise<void> {
    await writeRecord(this.#path(key), record);
    this.#records.set(key, record);
  }

  #path(key: string): string {
    return join(this.folder, `${key}.json`);
  }
}

/** Writes one JSON record, all of it or nothing. */
export function writeRecord(path: string, record: unknown): Promise<void> {
  return writePrivateFile(path, `${JSON.stringify(record)}\n`);
}

/** Reads one JSON record. @throws UserError `file-unreadable` when it is missing, not JSON or of another form. */
export async function readRecord<S extends z.ZodMiniType>(path: string, schema: S): Promise<z.output<S>> {
  const parsed = schema.safeParse(parseJson((await readTextIfPresent(path)) ?? ''));
  if (parsed.success) return parsed.data;
  throw new UserError({
    code: 'file-unreadable',
    title: l10n.t('{0} is not a record of this sandbox.', path),
    detail: issuesText(parsed.error),
    actions: [{ title: l10n.t("Delete the sandbox's folder to begin with an empty one.") }],
  });
}

/** What a schema finds wrong, each place on a line. */
export function issuesText({ issues }: Pick<z.core.$ZodError, 'issues'>): string {
  return issues.map(({ path, message }) => `${path.join('.') || l10n.t('all of it')}: ${message}`).join('\n');
}
