import { UserError } from '../../../base/errors.ts';
import type { ExitState } from '../../../docker/engine.ts';

/**
 * GNU tar's words for a file that was written, cut or removed under its hands (tar 1.34, `src/create.c`); it goes on and
 * exits with 1.
 */
const CHANGED =
  /^tar: (.+): (?:file changed as we read it|File removed before we read it|File shrank by .*)$/;
/** What it cannot open or read at all; it exits with 2. */
const UNREADABLE = /^tar: (.+): (?:Cannot \w+|Read error at byte .*|Warning: Cannot .*): (.+)$/;

/** Pure: what went wrong, from what the container said on stderr and how it ended; `name` is that of the tarball. */
export function tarError(name: string, exit: ExitState, stderr: readonly string[]): UserError {
  const changed = stderr.map((line) => CHANGED.exec(line)?.[1]).find((path) => path !== undefined);
  if (changed !== undefined)
    return new UserError({
      code: 'file-changed',
      title: `${changed} changed while ${name} was packed.`,
      actions: [{ title: 'Let nothing work on the depot meanwhile, and run again.' }],
    });
  const unreadable = stderr.map((line) => UNREADABLE.exec(line) ?? undefined).find((match) => match);
  if (unreadable !== undefined)
    return new UserError({
      code: 'file-unreadable',
      title: `${unreadable[1] ?? ''} cannot be read for ${name}: ${unreadable[2] ?? ''}.`,
      actions: [
        { title: 'Leave it out ([pack] exclude), or remove the depot volume so that it is built anew.' },
      ],
    });
  if (exit.outOfMemory)
    return new UserError({
      code: 'out-of-memory',
      title: `The memory of the engine's machine ran out while ${name} was packed.`,
      actions: [{ title: 'Give it more memory, or set codec = "gzip" under [pack] in JuliaKaggle.toml.' }],
    });
  return new UserError({
    code: 'engine-failed',
    title: `tar could not read the depot for ${name} (exit code ${exit.exitCode}).`,
    detail: stderr.slice(-10).join('\n'),
    actions: [{ title: 'Run again; if it happens again, remove the depot volume so that it is built anew.' }],
  });
}
