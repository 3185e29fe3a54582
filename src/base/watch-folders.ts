import { type FSWatcher, watch } from 'node:fs';

/** Watches folders for changes. A folder that cannot be watched (the system may be out of watches) is reported to `onLost`. */
export interface FolderWatch {
  /** Watches these folders from now on, and no others. */
  set(folders: readonly string[]): void;
  close(): void;
}

/** @param onChange hears the path below the folder, with the system's separators; undefined where it does not say. */
export function watchFolders(
  onChange: (path: string | undefined) => void,
  onLost: (folder: string, error: unknown) => void,
): FolderWatch {
  const watched = new Map<string, FSWatcher>();
  const lose = (folder: string, error: unknown): void => {
    watched.get(folder)?.close();
    watched.delete(folder);
    onLost(folder, error);
  };
  const begin = (folder: string): void => {
    try {
      const watcher = watch(folder, { recursive: true }, (_, path) => onChange(path ?? undefined));
      watched.set(
        folder,
        watcher.on('error', (error) => lose(folder, error)),
      );
    } catch (error) {
      lose(folder, error);
    }
  };
  const end = (folder: string): void => {
    watched.get(folder)?.close();
    watched.delete(folder);
  };
  return {
    set: (folders) => {
      for (const folder of [...watched.keys()]) if (!folders.includes(folder)) end(folder);
      for (const folder of folders) if (!watched.has(folder)) begin(folder);
    },
    close: () => [...watched.keys()].forEach(end),
  };
}
