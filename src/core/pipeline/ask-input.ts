import * as l10n from '@vscode/l10n';
import { defined } from '../../base/defined.ts';
import { isUserError, UserError } from '../../base/errors.ts';
import type { KaggleClient } from '../../kaggle/client.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { InputCache } from '../contract/image/input-cache.ts';
import { versionMissing } from '../contract/image/newer-inputs.ts';
import { REMOTE } from '../contract/image/remote-inputs.ts';
import type { ProjectInput } from '../project-artefact.ts';
import type { NamedInput } from '../project/inputs.ts';
import type { AskInput } from '../project/project-stage.ts';
import type { Ports } from '../stage.ts';
import type { RunRecord } from './record.ts';

/**
 * How an input without a version gets one: as at the project's last run, so that what was rehearsed is what is attached;
 * asked for where that is not known, and with `renew`. Without a network it is what was fetched earlier.
 * @param mayAsk else only what is known counts.
 */
export function inputAsker(
  record: () => Promise<RunRecord>,
  ports: Ports,
  { mayAsk, renew }: { readonly mayAsk: boolean; readonly renew: boolean },
): AskInput {
  return async (input, signal) => {
    const last = (await record()).artefacts.project?.inputs ?? [];
    const known = last.find((each) => each.files !== undefined && isSame(each, input));
    if (known !== undefined && !(renew && input.version === undefined))
      return { ...known, ...input, ...defined({ version: known.version }) };
    if (!mayAsk) return undefined;
    const kaggle = await ports.kaggle();
    try {
      return await ask(kaggle, input, signal);
    } catch (error) {
      if (!isUserError(error, 'kaggle-unreachable')) throw inOurWords(kaggle, input, error);
      const here = (await fetchedBefore(kaggle, input, ports)) ?? known;
      if (here === undefined) throw error;
      return here;
    }
  };
}

/** Whether what is known is of what JuliaKaggle.toml names. */
function isSame(known: ProjectInput, { kind, ref, version }: NamedInput): boolean {
  return known.kind === kind && known.ref === ref && (version === undefined || version === known.version);
}

/** @throws UserError `input-missing` for a version that is not there; as the client's calls. */
async function ask(kaggle: KaggleClient, input: NamedInput, signal: AbortSignal): Promise<ProjectInput> {
  const remote = REMOTE[input.kind];
  const asked = { ...input, ...defined({ version: await versionOf(kaggle, input, signal) }) };
  const files = await remote.files(kaggle, asked, signal);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { ...asked, files: files.length, bytes };
}

/** Of a competition's data there are none. */
async function versionOf(
  kaggle: KaggleClient,
  input: NamedInput,
  signal: AbortSignal,
): Promise<number | undefined> {
  const versions = await REMOTE[input.kind].versions(kaggle, input.ref, signal);
  if (versions === undefined) return undefined;
  const newest = versions.at(-1);
  if (newest === undefined) throw withoutOutput(input);
  const { version = newest } = input;
  if (!versions.includes(version)) throw versionMissing(input, version, newest);
  return version;
}

/** Competitions have their own words, with the nearest name. */
function inOurWords(kaggle: KaggleClient, input: NamedInput, error: unknown): unknown {
  const isUnseen = isUserError(error, 'kaggle-not-found') || isUserError(error, 'kaggle-forbidden');
  return isUnseen && input.kind !== 'competition' ? unseen(kaggle, input, error) : error;
}

async function fetchedBefore(
  kaggle: KaggleClient,
  input: NamedInput,
  { inputsFolder }: Ports,
): Promise<ProjectInput | undefined> {
  if (inputsFolder === undefined) return undefined;
  const cache = await InputCache.open(inputsFolder, kaggle);
  const version = await cache.newest(input);
  if (version === undefined) return undefined;
  const files = (await cache.listing(cache.folderOf({ ...input, version }))) ?? [];
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { ...input, version, files: files.length, bytes };
}

function unseen({ siteUrl }: KaggleClient, { kind, ref }: NamedInput, cause: UserError): UserError {
  return new UserError({
    code: 'input-missing',
    title: l10n.t(
      "Kaggle does not show you {0}: its name is wrong, it was deleted, or it is private and somebody else's.",
      REMOTE[kind].thing(ref),
    ),
    detail: cause.detail,
    actions: [
      { title: l10n.t('Check what {0} names under [inputs].', CONFIG_FILE) },
      {
        title: l10n.t('Open it on Kaggle; where its owner keeps it private, ask for access.'),
        url: `${siteUrl}/${REMOTE[kind].page(ref)}`,
      },
    ],
    cause,
  });
}

function withoutOutput({ kind, ref }: NamedInput): UserError {
  return new UserError({
    code: 'input-missing',
    title: l10n.t(
      'There is nothing to attach of {0}: no version of it came to its end.',
      REMOTE[kind].thing(ref),
    ),
    actions: [{ title: l10n.t('Check what {0} names under [inputs].', CONFIG_FILE) }],
  });
}
