import * as l10n from '@vscode/l10n';
import { UserError } from '../../base/errors.ts';
import type { KaggleClient } from '../../kaggle/client.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { partsOf } from '../contract/image/other-inputs.ts';
import type { NamedInput } from '../project/inputs.ts';
import type { AskInput } from '../project/project-stage.ts';
import type { Ports } from '../stage.ts';
import type { RunRecord } from './record.ts';

/**
 * How an input without a version gets one: as at the project's last run, so that what was rehearsed is what is attached;
 * asked for where that is not known, and with `renew`.
 * @param mayAsk else only what is known counts.
 */
export function inputAsker(
  record: () => Promise<RunRecord>,
  ports: Ports,
  { mayAsk, renew }: { readonly mayAsk: boolean; readonly renew: boolean },
): AskInput {
  return async (input, signal) => {
    const last = (await record()).artefacts.project?.inputs ?? [];
    const known = last.find(
      ({ ref, version }) => ref === input.ref && (input.version === undefined || input.version === version),
    );
    if (known !== undefined && !(renew && input.version === undefined))
      return { ...known, ...input, version: known.version };
    if (!mayAsk) return undefined;
    return ask(await ports.kaggle(), input, signal);
  };
}

/** @throws UserError `input-missing` for a version that is not there, `kaggle-not-found`, `kaggle-forbidden`. */
async function ask(kaggle: KaggleClient, input: NamedInput, signal: AbortSignal): ReturnType<AskInput> {
  const { owner, slug } = partsOf(input);
  const { currentVersion, versions } = await kaggle.datasets.get(owner, slug, signal);
  const version = input.version ?? currentVersion;
  const numbers = versions.map((each) => each.version);
  if (numbers.length > 0 && !numbers.includes(version))
    throw versionMissing(input.ref, version, currentVersion);
  const files = await kaggle.datasets.listFiles(owner, slug, signal, version);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { ...input, version, files: files.length, bytes };
}

function versionMissing(ref: string, version: number, current: number): UserError {
  return new UserError({
    code: 'input-missing',
    title: l10n.t(
      'The dataset {0} has no version {1}: it was deleted, or there never was one.',
      ref,
      version,
    ),
    actions: [
      {
        title: l10n.t('Take the newest in {0}: "{1}", or "{1}/{2}".', CONFIG_FILE, ref, current),
      },
    ],
  });
}
