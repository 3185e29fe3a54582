import { homedir } from 'node:os';
import { ConfigurationTarget, l10n, workspace } from 'vscode';
import { readSettings } from '../settings.ts';
import { window } from '../window.ts';

/** Asks for the Docker context whose engine is used on this machine, and keeps it in the settings. */
export async function chooseEngine(): Promise<void> {
  const { listContexts } = await import('../../docker/docker-context.ts');
  const contexts = await listContexts(process.env, homedir());
  const present = readSettings().dockerContext;
  const items = [
    {
      context: undefined,
      label: l10n.t('As for the docker command'),
      description: present === undefined ? l10n.t('in use') : '',
      detail: l10n.t('DOCKER_HOST, the current context, or the usual places'),
    },
    ...contexts.map(({ name, host }) => ({
      context: name,
      label: name,
      description: present === name ? l10n.t('in use') : '',
      detail: host ?? l10n.t('The engine of this machine'),
    })),
  ];
  const title = l10n.t('Choose the Docker Engine');
  const chosen = await window.showQuickPick(items, { title, matchOnDetail: true });
  if (chosen === undefined) return;
  await workspace
    .getConfiguration('juliaKaggle')
    .update('dockerContext', chosen.context, ConfigurationTarget.Global);
}
