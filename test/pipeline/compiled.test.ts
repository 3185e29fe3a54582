import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startWorld, type Outcome, type World } from '../support/world.ts';
import { type GitServer, startGitServer, UNREGISTERED } from './git-server.ts';

// PackageCompiler itself is used where JULIA_KAGGLE_PACKAGE_COMPILER names a checkout of it, and the image has a C
// compiler. Elsewhere a stand-in with its interface shows that everything around it works: it compiles nothing.

const STAND_IN = resolve(import.meta.dirname, '..', 'fixtures', 'PackageCompiler');
const UNUSED = 'abad1dea'.repeat(5);
const REAL = process.env['JULIA_KAGGLE_PACKAGE_COMPILER'];
const COMPILERS = [
  // It needs no C compiler, and the image of the tests has none.
  { name: 'the stand-in', variables: { JULIA_KAGGLE_PACKAGE_COMPILER: STAND_IN, JULIA_CC: 'true' } },
  ...(REAL === undefined
    ? []
    : [{ name: 'PackageCompiler', variables: { JULIA_KAGGLE_PACKAGE_COMPILER: REAL } }]),
];

function checkEnded({ code, stdout, stderr }: Outcome): string {
  assert.equal(code, 0, `${stdout.slice(-6000)}\n${stderr}`);
  return stdout;
}

describe('compiled app and system image', function () {
  this.timeout(600_000);
  let world: World;
  let server: GitServer;
  let environment: Record<string, string>;
  const run = (...args: string[]): Promise<Outcome> =>
    world.julia(['run', world.project, '--image', world.image, ...args], { environment });
  const leftVolumes = (): Promise<string> =>
    world.docker(
      ...['volume', 'ls', '--quiet', '--filter', 'name=julia-kaggle-compiled'],
      // A test that was killed may have left some of its own.
      ...['--filter', `label=julia-kaggle.project=${world.project}`],
    );

  before(async () => {
    world = await startWorld();
    server = await startGitServer(join(world.temporary, 'repositories'));
    await useUnregistered(world, server);
    environment = { ...world.environment, JULIA_KAGGLE_PACKAGE_COMPILER: STAND_IN, JULIA_CC: 'true' };
    checkEnded(await run('--until', 'rehearse'));
    await addUnusedArtifact(world);
  });
  after(async () => {
    await server.close();
    await world.close();
  });

  /** A line that the package of the repository made the program print. */
  const saidInRehearsal = async (): Promise<boolean> =>
    (await readFile(join(world.project, '.julia-kaggle', 'logs', 'rehearse.log'), 'utf8')).includes(
      `tides of branch ${UNREGISTERED.branch}`,
    );

  it('names the missing C compiler, and the depot as the way out that one command takes', async () => {
    checkEnded(await world.julia(['mode', 'app', world.project]));
    const { JULIA_CC: _, ...without } = environment;
    const args = ['run', world.project, '--image', world.image, '--until', 'pack'];
    const said = /no C compiler[\s\S]*mode = "depot"/;
    const { code, stderr, stdout } = await world.julia(args, { environment: without });
    assert.notEqual(code, 0);
    assert.match(stderr + stdout, said);
    assert.equal(await leftVolumes(), '');
    // Where something is to be built first, it is said before that: the depot that was there is not emptied.
    const log = join(world.project, '.julia-kaggle', 'logs', 'build.log');
    const early = await world.julia([...args, '--fresh', 'build'], { environment: without });
    assert.match(early.stderr + early.stdout, said);
    assert.doesNotMatch(await readFile(log, 'utf8'), /recompil|Instantiat|Activating/i);
  });

  it('says which package fails to compile, and leaves nothing behind', async () => {
    const broken = await brokenCompiler(world);
    const { code, stderr, stdout } = await world.julia(
      ['run', world.project, '--image', world.image, '--until', 'pack'],
      { environment: { ...environment, JULIA_KAGGLE_PACKAGE_COMPILER: broken } },
    );
    assert.notEqual(code, 0);
    assert.match(stderr + stdout, /TideFeatures could not be compiled into the app/);
    assert.equal(await leftVolumes(), '');
  });

  it('stops compiling when it is cancelled, and leaves nothing behind', async () => {
    const stopping = new AbortController();
    const args = ['run', world.project, '--image', world.image, '--until', 'pack', '--json'];
    const outcome = await world.julia(args, {
      environment,
      signal: stopping.signal,
      onOutput: (text) => {
        if (text.includes('run on the sample data')) stopping.abort();
      },
    });
    assert.equal(outcome.code, 130);
    assert.equal(await leftVolumes(), '');
  });

  for (const { name, variables } of COMPILERS) {
    const submit = (...args: string[]): Promise<Outcome> =>
      world.julia(['run', world.project, '--image', world.image, ...args], {
        environment: { ...world.environment, ...variables },
      });

    it(`${name} takes the app to a score, without the artifacts that the run did not read`, async () => {
      checkEnded(await world.julia(['mode', 'app', world.project]));
      assert.match(checkEnded(await submit()), /score/i);
      const report = await readFile(join(world.project, '.julia-kaggle', 'reports', 'compiled.md'), 'utf8');
      assert.match(report, /\| stations \| .* \| in \| the run on the sample data read it/);
      if (name === 'the stand-in') assert.match(report, new RegExp(`\\| ${UNUSED} \\| .* \\| out \\|`));
      assert.ok(await saidInRehearsal(), 'the package of a branch is in the app');
    });

    it(`${name} packs the app with other artifacts without compiling it again`, async () => {
      const config = join(world.project, 'JuliaKaggle.toml');
      const before = await readFile(config, 'utf8');
      const read = (file: string): Promise<string> =>
        readFile(join(world.project, '.julia-kaggle', file), 'utf8');
      await writeFile(config, before.replace('[pack]\n', '[pack]\nexclude = ["stations"]\n'));
      checkEnded(await submit('--until', 'pack'));
      assert.match(
        await read('reports/compiled.md'),
        /\| stations \| .* \| out \| excluded in JuliaKaggle.toml/,
      );
      assert.doesNotMatch(await read('logs/pack.log'), /run on the sample data/);
      await writeFile(config, before);
      checkEnded(await submit('--until', 'rehearse'));
      assert.match(await read('reports/compiled.md'), /\| stations \| .* \| in \|/);
      assert.doesNotMatch(await read('logs/pack.log'), /run on the sample data/);
      const kept = checkEnded(
        await world.julia(['clean', world.project, '--json', '--dry-run'], { environment }),
      );
      assert.match(kept, /"compiled"/);
    });

    it(`${name} takes the system image to a score`, async () => {
      checkEnded(await world.julia(['mode', 'sysimage', world.project]));
      // Rehearsed anew, so that what is known of the other modes has to outlive that.
      assert.match(checkEnded(await submit('--fresh', 'rehearse')), /score/i);
      assert.ok(await saidInRehearsal(), 'the package of a branch is used with the system image');
      const log = await readFile(join(world.project, '.julia-kaggle', 'logs', 'rehearse.log'), 'utf8');
      assert.match(log, /"step": ?"load-generic".*"exitCode": ?0/);
      // The stand-in's image is Julia's own: all of the project's methods are compiled in each run.
      if (name !== 'the stand-in') return;
      assert.match(
        log,
        /warning: Julia compiles \d+ of the project's own methods in each run, .*Inference\.main/,
      );
      const statements = join(world.project, '.julia-kaggle', 'reports', 'precompile.jl');
      assert.match(await readFile(statements, 'utf8'), /^precompile\(Tuple\{typeof\(Inference\.main\), /m);
    });
  }

  it('finds what was compiled in a mode where that is chosen again', async () => {
    const log = async (): Promise<string> =>
      readFile(join(world.project, '.julia-kaggle', 'logs', 'pack.log'), 'utf8');
    checkEnded(await world.julia(['mode', 'app', world.project]));
    checkEnded(await run('--until', 'pack'));
    assert.match(await log(), /the compiled app is up to date/);
    assert.doesNotMatch(await log(), /run on the sample data/);
  });

  it('compares the modes that were rehearsed, also after one was rehearsed anew', async () => {
    const text = checkEnded(await world.julia(['status', world.project], { environment }));
    for (const mode of ['depot', 'app', 'sysimage'])
      assert.match(text, new RegExp(`^ *${mode} +.*\\d+\\.\\d s`, 'm'));
  });
});

/** As `Pkg.add(url = …, rev = "next")` leaves a project. */
async function useUnregistered({ project }: World, { url, tree }: GitServer): Promise<void> {
  const { name, uuid, version, branch } = UNREGISTERED;
  const edit = async (file: string, change: (text: string) => string): Promise<void> => {
    const path = join(project, file);
    await writeFile(path, change(await readFile(path, 'utf8')));
  };
  await edit('Project.toml', (text) => text.replace('[deps]\n', `[deps]\n${name} = "${uuid}"\n`));
  const entry = [
    `[[${name}]]`,
    `git-tree-sha1 = "${tree}"`,
    `repo-rev = "${branch}"`,
    `repo-url = "${url}"`,
    `uuid = "${uuid}"`,
    `version = "${version}"`,
  ];
  await edit('Manifest.toml', (text) => `${text}\n${entry.join('\n')}\n`);
  await edit('src/Inference.jl', (text) =>
    text
      .replace('using TideFeatures\n', `using TideFeatures\nimport ${name}\n`)
      .replace('function main(args = ARGS)::Int\n', `$&    println(${name}.greeting())\n`),
  );
}

/** An artifact in the depot that nothing of the example reads, as a package with more than is used would bring one. */
async function addUnusedArtifact(world: World): Promise<void> {
  const record = await readFile(join(world.project, '.julia-kaggle', 'record.json'), 'utf8');
  const volume = /"volume":\s*"(julia-kaggle-depot-[^"]+)"/.exec(record)?.[1];
  assert.ok(volume !== undefined);
  const script = `mkdir -p /depot/artifacts/${UNUSED} && head -c 1000000 /dev/urandom > /depot/artifacts/${UNUSED}/blob`;
  await world.docker('run', '--rm', '-v', `${volume}:/depot`, world.image, 'sh', '-c', script);
}

/** A PackageCompiler that fails as Julia does when a package cannot be compiled. */
async function brokenCompiler(world: World): Promise<string> {
  const folder = join(world.temporary, 'BrokenCompiler');
  await mkdir(join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'Project.toml'), await readFile(join(STAND_IN, 'Project.toml')));
  const body =
    'create_app(package, app; force=false) = error("Failed to precompile TideFeatures [0b6f4b0a]")';
  await writeFile(join(folder, 'src', 'PackageCompiler.jl'), `module PackageCompiler\n${body}\nend\n`);
  return folder;
}

if (REAL === undefined) {
  // Said rather than skipped: what cannot be had here is no part of the run.
  console.log(
    'not run: "PackageCompiler takes the app to a score": JULIA_KAGGLE_PACKAGE_COMPILER is not set',
  );
  console.log('not run: "PackageCompiler takes the system image through its rehearsal": the same');
}
