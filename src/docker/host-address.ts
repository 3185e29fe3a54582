import * as l10n from '@vscode/l10n';
import { networkInterfaces } from 'node:os';
import * as z from 'zod/mini';
import type { EngineInfo } from './engine.ts';
import { ask, type EngineLink } from './engine-link.ts';
import { unlessMissing } from './translate-error.ts';

/** What engines take for the address of their own machine. */
const WORD = 'host-gateway';

/** The first Podman that knows the word (its release notes, 4.7.0). */
const SINCE = [4, 7] as const;

const networkAnswer = z.object({
  IPAM: z.nullish(z.object({ Config: z.nullish(z.array(z.object({ Gateway: z.optional(z.string()) }))) })),
});

/**
 * What containers are told to be the engine's machine; undefined where an older Podman has no network of the usual name, or
 * is a plain user's on another machine.
 */
export async function hostAddress(
  link: EngineLink,
  { podman, isRootless }: EngineInfo,
): Promise<string | undefined> {
  if (podman === undefined || knowsTheWord(podman)) return WORD;
  // The gateway of its networks is in a namespace of the user's; newer ones take this address, too.
  if (isRootless === true) return link.address.startsWith('unix://') ? ownAddress() : undefined;
  return ask(link, { failure: l10n.t('The Docker engine could not tell about itself.') }, async () => {
    const answer: unknown = await unlessMissing<unknown>(link.docker.getNetwork('podman').inspect());
    return answer === undefined ? undefined : networkAnswer.parse(answer).IPAM?.Config?.[0]?.Gateway;
  });
}

/** The first address of this machine besides its loopback. */
export function ownAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
}

/** Pure. */
export function knowsTheWord(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > SINCE[0] || (major === SINCE[0] && minor >= SINCE[1]);
}
