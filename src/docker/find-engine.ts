import * as l10n from '@vscode/l10n';
import { systemClock } from '../base/abort.ts';
import { type ErrorAction, isCancelled, systemCode, UserError } from '../base/errors.ts';
import { AddressError, connect } from './connect.ts';
import { dockerodeEngine } from './dockerode-engine.ts';
import type { Engine } from './engine.ts';
import { type AbortableCalls, ANSWER_LIMIT_MS, type EngineLink, orAborted, withinMs } from './engine-link.ts';
import { type EnginePlace, enginePlaces, type Machine } from './engine-places.ts';
import { refusalInWords } from './translate-error.ts';

/** How long an engine may take to say that it is there; an SSH connection may have to wake a machine up. */
const PING_LIMIT_MS = 10_000;
const SSH_PING_LIMIT_MS = 40_000;

interface Refusal {
  readonly place: EnginePlace;
  readonly reason: string;
  readonly error: unknown;
}

/**
 * The first engine that answers: DOCKER_HOST, or the current Docker context, or the usual sockets of Docker, rootless
 * Docker, Docker Desktop and Podman. An engine that the person chose (DOCKER_HOST, a context) is never replaced by
 * another one. It is bound to the signal.
 * @throws UserError `engine-unreachable` naming each place that was tried and why it did not do; CancelledError.
 */
export async function findEngine(machine: Machine, signal: AbortSignal): Promise<Engine> {
  const userId = machine.userId ?? process.getuid?.();
  return firstThatAnswers(await enginePlaces({ ...machine, userId }), machine, signal);
}

/** @throws as `findEngine` does. */
export async function firstThatAnswers(
  places: readonly EnginePlace[],
  machine: Machine,
  signal: AbortSignal,
): Promise<Engine> {
  const refusals: Refusal[] = [];
  for (const place of places) {
    try {
      return dockerodeEngine(await answeringLink(place, machine, signal));
    } catch (error) {
      if (isCancelled(error)) throw error;
      refusals.push({ place, error, reason: refusalInWords(error) });
    }
  }
  throw noEngine(refusals, machine.platform);
}

async function answeringLink(place: EnginePlace, machine: Machine, signal: AbortSignal): Promise<EngineLink> {
  const docker = await orAborted(signal, () => connect(place, machine.environment));
  const limit = place.address.startsWith('ssh:') ? SSH_PING_LIMIT_MS : PING_LIMIT_MS;
  const calls: AbortableCalls = docker;
  const answer = await orAborted(signal, () =>
    withinMs(limit, (over) => calls.ping({ abortSignal: AbortSignal.any([signal, over]) })),
  );
  if (answer === undefined) throw new AddressError(l10n.t('no answer within {0} s', limit / 1000));
  return {
    docker,
    signal,
    address: `${place.address} (${place.origin})`,
    answerLimitMs: ANSWER_LIMIT_MS,
    clock: systemClock,
  };
}

function noEngine(refusals: readonly Refusal[], platform: NodeJS.Platform): UserError {
  const [first] = refusals;
  const chosen = first?.place.chosen === true ? first.place : undefined;
  return new UserError({
    code: 'engine-unreachable',
    title:
      chosen === undefined
        ? l10n.t('No Docker engine answers.')
        : l10n.t('The Docker engine of {0} does not answer.', chosen.origin),
    detail: refusals
      .map(({ place, reason }) => `${place.address || l10n.t('no address')} (${place.origin}): ${reason}`)
      .join('\n'),
    actions: remedies(refusals, chosen, platform),
    cause: first?.error,
  });
}

function remedies(
  refusals: readonly Refusal[],
  chosen: EnginePlace | undefined,
  platform: NodeJS.Platform,
): [ErrorAction, ...ErrorAction[]] {
  if (chosen !== undefined) return [startOrChoose(chosen)];
  // Docker's own socket decides: another, such as the one of root's Podman, is refused where nobody uses it.
  const [usual] = refusals;
  const code = systemCode(usual?.error);
  if (code === 'EACCES' || code === 'EPERM') return [mayUse(platform)];
  if (platform !== 'linux')
    return [{ title: l10n.t('Start Docker Desktop, or install it.'), url: INSTALL_URL, command: START }];
  if (code === 'ECONNREFUSED')
    return [{ title: l10n.t('Start the engine: sudo systemctl start docker.'), command: START }];
  return [
    {
      title: l10n.t(
        'Start the engine if Docker is installed: sudo systemctl start docker (in WSL 2: start Docker Desktop).',
      ),
      command: START,
    },
    { title: l10n.t('Otherwise install Docker.'), url: INSTALL_URL },
  ];
}

/** The editor does it, in a terminal. */
const START = 'start-engine';

/** What lets a user use an engine that is there. */
export function mayUse(platform: NodeJS.Platform): ErrorAction {
  switch (platform) {
    case 'win32':
      return {
        title: l10n.t(
          'Join the group docker-users (as administrator: net localgroup docker-users <user> /add) and sign in to Windows again.',
        ),
      };
    case 'darwin':
      return { title: l10n.t('Quit Docker Desktop where another user runs it, and start it as this user.') };
    default:
      return { title: l10n.t('Join the group docker (sudo usermod -aG docker $USER) and log in again.') };
  }
}

const INSTALL_URL = 'https://docs.docker.com/get-docker/';

function startOrChoose({ origin }: EnginePlace): ErrorAction {
  return origin === 'DOCKER_HOST'
    ? {
        title: l10n.t(
          'Start that engine, correct DOCKER_HOST, or unset it to use the engine of this machine.',
        ),
      }
    : {
        title: l10n.t(
          'Start that engine, or choose another: docker context use default (or unset DOCKER_CONTEXT, where it is set).',
        ),
      };
}
