import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import type { World } from '../support/world.ts';

/** The registry that every Julia asks for first; ours has one package in it. */
const GENERAL = '23338594-aafe-5451-b93e-139f81909106';

export const TOY = { name: 'ToyReg', uuid: '9a1f4d2e-7c55-4b2a-8c1d-0d3b4e5f6a77', version: '0.2.0' };

/** A lazy artifact of it, which its code never uses. */
export const CHART = 'chart';

const TOY_FILES = {
  'Project.toml': `name = "${TOY.name}"
uuid = "${TOY.uuid}"
version = "${TOY.version}"

[deps]
Dates = "ade2ca70-3891-5945-98fb-dc099432e06a"
`,
  'src/ToyReg.jl': `module ToyReg
using Dates
include("more.jl")
stamp() = string(Date(2022, 10, 2) + Day(shift()))
end
`,
  'src/more.jl': 'shift() = 1\n',
};

/** Adds ToyReg to a project's dependencies and Manifest, and uses it in the project's module. */
export async function useToy(project: string, { toyTree }: PackageServer): Promise<void> {
  await edit(join(project, 'Project.toml'), (text) =>
    text.replace('[deps]\n', `[deps]\n${TOY.name} = "${TOY.uuid}"\n`),
  );
  const facts = `git-tree-sha1 = "${toyTree}"\nuuid = "${TOY.uuid}"\nversion = "${TOY.version}"\n`;
  await edit(
    join(project, 'Manifest.toml'),
    (text) => `${text}\n[[${TOY.name}]]\ndeps = ["Dates"]\n${facts}`,
  );
  await edit(join(project, 'src', 'Inference.jl'), (text) =>
    text.replace('using TideFeatures\n', `using TideFeatures\nimport ${TOY.name}\n`),
  );
}

/** Changes a file; that nothing was changed is an error. */
export async function edit(file: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const changed = change(text);
  assert.notEqual(changed, text, `nothing was changed in ${file}`);
  await writeFile(file, changed);
}

/** As `startPackageServer`, where containers of the world reach it; it is given to Julia by these variables. */
export async function packageServerFor(
  world: World,
): Promise<{ readonly server: PackageServer; readonly environment: Readonly<Record<string, string>> }> {
  const folder = join(world.examples, '..', 'server');
  const server = await startPackageServer(folder, join(world.examples, 'artifacts'), world.packageHost);
  const packages = { JULIA_PKG_SERVER: `http://host.docker.internal:${server.port}` };
  return { server, environment: { ...world.environment, ...packages } };
}

function artifactsToml({ hash, tarball }: GitTree): string {
  const entry = (os: string, tree: string): string => `[[${CHART}]]
arch = "x86_64"
git-tree-sha1 = "${tree}"
lazy = true
os = "${os}"

    [[${CHART}.download]]
    sha256 = "${createHash('sha256').update(tarball).digest('hex')}"
    url = "https://example.org/${tree}.tar.gz"
`;
  return [entry('macos', '0'.repeat(40)), entry('linux', hash)].join('\n');
}

function registryFiles(tree: string): Record<string, string> {
  const { name, uuid, version } = TOY;
  return {
    'Registry.toml': `name = "General"
uuid = "${GENERAL}"
repo = "https://github.com/JuliaRegistries/General.git"

[packages]
${uuid} = { name = "${name}", path = "T/${name}" }
`,
    [`T/${name}/Package.toml`]: `name = "${name}"\nuuid = "${uuid}"\nrepo = "https://example.org/${name}.jl.git"\n`,
    [`T/${name}/Versions.toml`]: `["${version}"]\ngit-tree-sha1 = "${tree}"\n`,
    [`T/${name}/Deps.toml`]: '["0"]\nDates = "ade2ca70-3891-5945-98fb-dc099432e06a"\n',
    [`T/${name}/Compat.toml`]: '["0"]\njulia = "1"\n',
  };
}

export interface PackageServer {
  readonly port: number;
  /** The Manifest's git-tree-sha1 of ToyReg. */
  readonly toyTree: string;
  /** Where the lazy artifact of ToyReg is asked for. */
  readonly chartPath: string;
  /** Paths that were asked for, in their order. */
  readonly asked: string[];
  /** Answers in place of the right ones, by path; undefined: there is no such file. */
  readonly wrong: Map<string, Buffer | undefined>;
  close(): Promise<void>;
}

/**
 * A Julia package server with one registry, one package and the example's artifacts, as containers reach it.
 * @param folder an empty folder of its own.
 */
async function startPackageServer(folder: string, artifacts: string, host: string): Promise<PackageServer> {
  const chart = await gitTree(join(folder, 'chart'), { 'chart.csv': 'depth\n12\n' });
  const toyFiles = { ...TOY_FILES, 'Artifacts.toml': artifactsToml(chart) };
  const toy = await gitTree(join(folder, 'toy'), toyFiles);
  const registry = await gitTree(join(folder, 'registry'), registryFiles(toy.hash));
  const registryPath = `/registry/${GENERAL}/${registry.hash}`;
  const files = new Map<string, Buffer>([
    ['/registries', Buffer.from(`${registryPath}\n`)],
    [registryPath, registry.tarball],
    [`/package/${TOY.uuid}/${toy.hash}`, toy.tarball],
    [`/artifact/${chart.hash}`, chart.tarball],
  ]);
  const asked: string[] = [];
  const wrong: PackageServer['wrong'] = new Map();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    if (wrong.has(path)) {
      const content = wrong.get(path);
      response.writeHead(content === undefined ? 404 : 200).end(content);
      return;
    }
    const hash = /^\/artifact\/([0-9a-f]{40})$/.exec(path)?.[1];
    const known = files.get(path);
    const found =
      known === undefined && hash !== undefined ? artifact(artifacts, hash) : Promise.resolve(known);
    void found.then((content) => response.writeHead(content === undefined ? 404 : 200).end(content));
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    toyTree: toy.hash,
    chartPath: `/artifact/${chart.hash}`,
    asked,
    wrong,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function artifact(folder: string, hash: string): Promise<Buffer | undefined> {
  return readFile(join(folder, `${hash}.tar.gz`)).catch(() => undefined);
}

interface GitTree {
  readonly hash: string;
  readonly tarball: Buffer;
}

/** Files as a git tree: its hash, and a tarball as a package server gives it. */
async function gitTree(folder: string, files: Readonly<Record<string, string>>): Promise<GitTree> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-C', folder, ...args], { env: { PATH: process.env['PATH'], HOME: folder } });
  git('init', '--quiet');
  git('add', '--all');
  const hash = git('write-tree').toString().trim();
  return { hash, tarball: git('archive', '--format=tar.gz', hash) };
}
