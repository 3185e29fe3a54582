import * as l10n from '@vscode/l10n';
import { agreeablePlace } from '../base/readable-places.ts';
import { shownOnOneLine } from '../base/shown-text.ts';
import { agreeToPlaces } from '../core/contract/image/places.ts';
import type { CommandContext } from './command-context.ts';

/** Options of each command that reads a project. */
export interface ReadingOptions {
  readonly allowOutside?: readonly string[];
  readonly json?: boolean;
  readonly yes?: boolean;
}

/**
 * What a command that reads a project works with: places that `--allow-outside` names are agreed to, and others are
 * asked for. `--yes` means what leaves this machine, and never that a project may read more of it.
 * @throws UserError `wrong-usage` for a place that is not there, `unsafe-path` for one that nobody can agree to.
 */
export async function readingOutside<Context extends CommandContext>(
  folder: string,
  { allowOutside = [], json, yes }: ReadingOptions,
  context: Context,
): Promise<Context> {
  const {
    core: { ports },
    terminal,
  } = context;
  const places = await Promise.all(allowOutside.map((path) => agreeablePlace(path)));
  if (places.length > 0) await agreeToPlaces(folder, places, ports);
  const { ask } = terminal;
  if (ask === undefined || json === true || yes === true) return context;
  return { ...context, askOutside: (_, wanted, signal) => ask(outsideQuestion(wanted), signal) };
}

/** Pure: what is asked before anything outside of the project is read. */
function outsideQuestion(places: readonly string[]): string {
  const list = places.map((place) => `  ${shownOnOneLine(place)}`).join('\n');
  return [
    l10n.t('The project reads outside of its folder and its git work tree:'),
    list,
    l10n.t(
      'What it reads goes into its containers and to Kaggle. Allow this project to read them, from now on?',
    ),
  ].join('\n');
}
