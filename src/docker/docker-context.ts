import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { exists, readTextIfPresent } from '../base/files.ts';
import { sha256 } from '../base/hash.ts';
import { readJson } from '../base/json.ts';
import { nonEmpty } from '../base/non-empty.ts';

/** Where the `docker` command keeps its settings. */
export function dockerFolder(
  environment: Readonly<Record<string, string | undefined>>,
  homeFolder: string,
): string {
  return nonEmpty(environment['DOCKER_CONFIG']) ?? join(homeFolder, '.docker');
}

export interface DockerContext {
  readonly name: string;
  /** `unix:///…`, `ssh://…`; undefined when there is no such context. */
  readonly host: string | undefined;
  /** Folder with ca.pem, cert.pem and key.pem, when the context has them. */
  readonly tlsFolder: string | undefined;
  readonly skipTlsVerify: boolean;
}

const config = z.object({ currentContext: z.optional(z.string()) });
const meta = z.object({
  Endpoints: z.object({
    docker: z.object({ Host: z.string(), SkipTLSVerify: z.optional(z.boolean()) }),
  }),
});

const namedMeta = z.extend(meta, { Name: z.string() });

/**
 * The context that was chosen, else the one that the `docker` command would use (DOCKER_CONTEXT, else `currentContext` of
 * config.json), or undefined for the default one. Contexts are kept in `contexts/meta/<sha256 of the name>/meta.json`.
 */
export async function currentContext(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
  chosen?: string,
): Promise<DockerContext | undefined> {
  const name =
    chosen ??
    nonEmpty(environment['DOCKER_CONTEXT']) ??
    (await read(join(folder, 'config.json'), config))?.currentContext;
  if (name === undefined || name === '' || name === 'default') return undefined;
  const id = sha256(name);
  const endpoint = (await read(join(folder, 'contexts', 'meta', id, 'meta.json'), meta))?.Endpoints.docker;
  const tlsFolder = join(folder, 'contexts', 'tls', id, 'docker');
  return {
    name,
    host: endpoint?.Host,
    tlsFolder: (await exists(tlsFolder)) ? tlsFolder : undefined,
    skipTlsVerify: endpoint?.SkipTLSVerify ?? false,
  };
}

/** All contexts that the `docker` command knows besides the default one, by name. */
export async function listContexts(
  environment: Readonly<Record<string, string | undefined>>,
  homeFolder: string,
): Promise<readonly Pick<DockerContext, 'name' | 'host'>[]> {
  const folder = join(dockerFolder(environment, homeFolder), 'contexts', 'meta');
  const ids = await readdir(folder).catch(() => []);
  const found = await Promise.all(ids.map((id) => read(join(folder, id, 'meta.json'), namedMeta)));
  return found
    .flatMap((each) => (each === undefined ? [] : [{ name: each.Name, host: each.Endpoints.docker.Host }]))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The file's content; undefined when it is missing or not what the `docker` command writes, which it ignores too. */
async function read<T>(path: string, schema: z.ZodMiniType<T>): Promise<T | undefined> {
  return readJson(schema, await readTextIfPresent(path));
}
