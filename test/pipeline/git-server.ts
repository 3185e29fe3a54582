import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A package that only a repository has, on a branch that is not its default one. */
export const UNREGISTERED = {
  name: 'TideNames',
  uuid: '7d3f0e52-5a0b-4b1e-9a55-5f0a4c7a1c11',
  version: '0.3.0-DEV',
  branch: 'next',
};

const { name, uuid, version, branch } = UNREGISTERED;
const FILES = {
  'Project.toml': `name = "${name}"\nuuid = "${uuid}"\nversion = "${version}"\n`,
  [`src/${name}.jl`]: `module ${name}\ngreeting() = "tides of branch ${branch}"\nend\n`,
};

export interface GitServer {
  /** As containers reach it. */
  readonly url: string;
  /** The Manifest's git-tree-sha1 of the package. */
  readonly tree: string;
  close(): Promise<void>;
}

/** Serves the package's repository. @param folder an empty folder of its own. */
export async function startGitServer(folder: string): Promise<GitServer> {
  const repository = join(folder, `${name}.jl`);
  const git = async (...args: string[]): Promise<string> =>
    (await execute('git', ['-C', repository, ...args])).stdout.trim();
  await mkdir(repository, { recursive: true });
  await git('init', '--quiet', '--initial-branch=main');
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org'];
  await git(...who, 'commit', '--quiet', '--allow-empty', '--message=begin');
  await git('checkout', '--quiet', '-b', branch);
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(repository, path)), { recursive: true });
    await writeFile(join(repository, path), text);
  }
  await git('add', '--all');
  await git(...who, 'commit', '--quiet', '--message=the package');
  const tree = await git('rev-parse', `${branch}^{tree}`);
  const port = await freePort();
  const daemon = spawn(
    'git',
    ['daemon', '--export-all', '--reuseaddr', '--verbose', `--port=${port}`, `--base-path=${folder}`, folder],
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  // Its first line is that it is ready.
  await once(daemon.stderr, 'data');
  return {
    url: `git://host.docker.internal:${port}/${name}.jl`,
    tree,
    close: async () => {
      const ended = once(daemon, 'close');
      // The command starts another one, which is of its process group.
      if (daemon.pid !== undefined) process.kill(-daemon.pid, 'SIGTERM');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
