import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import packageJson from '../../package.json' with { type: 'json' };
import nls from '../../package.nls.json' with { type: 'json' };
import chinese from '../../package.nls.zh-cn.json' with { type: 'json' };
import { tempFolder } from '../support/temp.ts';
import { attack } from './attack.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const execute = promisify(execFile);
const { commands, configuration, menus, taskDefinitions, views } = packageJson.contributes;

interface Contributed {
  readonly command: string;
  readonly enablement?: string;
}

const needsTrust = (condition = ''): boolean => condition.split(' && ').includes('isWorkspaceTrusted');
const OF_TRUST = (commands as readonly Contributed[])
  .filter(({ enablement }) => needsTrust(enablement))
  .map(({ command }) => command);

/** Commands about the editor, the account and the engine: they neither run nor read anything of the workspace. */
const WITHOUT_TRUST = [
  'cancel',
  'chooseEngine',
  'doctor',
  'openExample',
  'openPipeline',
  'openPipelineEditor',
  'openQuickExample',
  'showLog',
  'signIn',
  'signOut',
  'stopLocalKaggle',
  'whoAmI',
].map((name) => `juliaKaggle.${name}`);

/** Those that touch nothing at all. */
const QUIET = ['cancel', 'openPipeline', 'openPipelineEditor', 'showLog', 'stopLocalKaggle'].map(
  (name) => `juliaKaggle.${name}`,
);

/** What was touched at each step in a window: files in the workspace and beside it, programs, hosts. */
type Steps = Readonly<Record<string, readonly string[]>>;

describe('a workspace that is not trusted', function () {
  this.timeout(120_000);
  let untrusted: Steps = {};
  let trusted: Steps = {};

  before(async () => {
    const bundle = await tempFolder();
    await execute('node', ['esbuild.mjs', `--outdir=${bundle}`], { cwd: ROOT });
    const inWindow = async (trust: 'trusted' | 'untrusted', ...ids: string[]): Promise<Steps> => {
      // What is in the temporary folder besides the workspace is what it reaches for.
      const folder = await tempFolder({
        'stranger/Project.toml':
          'name = "Stranger"\nuuid = "5b0b1a3e-6f6f-4b1e-8d5f-0a7c1f6b2d10"\nversion = "0.1.0"\n',
        'stranger/Manifest.toml': 'julia_version = "1.10.5"\nmanifest_format = "2.0"\n',
        'stranger/src/Stranger.jl': 'module Stranger\nend\n',
        'stranger/competition.json': '{"slug": "harbour-tides", "title": "Harbour tides"}',
        'stranger/JuliaKaggle.toml':
          'competition = "harbour-tides"\n[run]\nscript = "src/Stranger.jl"\n' +
          '[data]\nfolder = "../.ssh"\n[models]\nfiles = ["../.aws/credentials"]\n',
        '.ssh/id_ed25519': 'secret',
        '.aws/credentials': 'secret',
      });
      const program = join(ROOT, 'test', 'support', 'played-window.cjs');
      const env = {
        PATH: process.env['PATH'],
        HOME: bundle,
        TMPDIR: bundle,
        KAGGLE_USERNAME: 'ada',
        KAGGLE_KEY: 'none',
      };
      const args = [program, bundle, join(folder, 'stranger'), trust, ...ids];
      return JSON.parse((await execute('node', args, { env })).stdout) as Steps;
    };
    [untrusted, trusted] = await Promise.all([
      inWindow('untrusted', ...OF_TRUST, ...QUIET),
      inWindow('trusted', 'juliaKaggle.openConfig', 'juliaKaggle.startLocalKaggle'),
    ]);
  });

  /** What was touched at the steps whose name begins so. */
  const at = (steps: Steps, name: string): string[] =>
    Object.entries(steps).flatMap(([step, touched]) => (step.startsWith(name) ? touched : []));

  /** Nothing is touched at these steps, though in a trusted window something is. */
  function untouched(tried: string, heldBy: string, name: string, otherwise: RegExp): void {
    attack('trust', tried, heldBy, () => {
      assert.ok(Object.keys(untrusted).some((step) => step.startsWith(name)));
      assert.deepEqual(at(untrusted, name), []);
      assert.match(at(trusted, name).join('\n'), otherwise);
    });
  }

  untouched('the window opens with a project', 'host/project/projects', 'activation', /file stranger\/src/);
  untouched(
    'an open JuliaKaggle.toml names files of the user',
    'host/config/config-editor',
    'activation',
    /file \.ssh[^]*file \.aws\/credentials/,
  );
  untouched(
    'completion looks through the folders',
    'host/config/config-editor',
    'completion',
    /file stranger\//,
  );
  untouched(
    'completion looks beside the workspace',
    'host/config/config-editor',
    'completion',
    /file (?!stranger)/,
  );
  untouched('a competition is hovered over', 'host/config/config-editor', 'hover', /host /);
  untouched('the file offers to submit it', 'host/config/config-editor', 'lens', /lens juliaKaggle\.submit/);
  untouched('the stages are offered as tasks', 'host/project/projects', 'tasks', /task /);
  untouched(
    'a task of tasks.json runs a stage',
    'host/run/runner',
    'tasks',
    /file stranger\/JuliaKaggle\.toml/,
  );
  untouched('a language model uses the tools', 'host/tools/begin', 'tool', /file stranger\//);
  untouched('the page asks for engine, account, plan and run', 'host/panel/panel-model', 'page', /host /);
  untouched('the project is picked', 'host/editor/commands', 'juliaKaggle.openConfig', /file stranger/);
  untouched(
    'the local Kaggle is started with its competition',
    'host/editor/commands',
    'juliaKaggle.startLocalKaggle',
    /competition\.json/,
  );
  for (const id of OF_TRUST.filter((each) => !/openConfig|startLocalKaggle/.test(each)))
    attack('trust', `${id} is called by its name`, 'host/editor/commands', () =>
      assert.deepEqual(untrusted[id], []),
    );
  attack('trust', 'commands that need no trust look at the workspace', 'host/project/projects', () => {
    for (const id of QUIET) assert.deepEqual(untrusted[id], [], id);
  });
});

describe('package.json', () => {
  attack('trust', 'a command that runs or reads is left open', 'package.json', () => {
    const open = commands.map(({ command }) => command).filter((id) => !OF_TRUST.includes(id));
    assert.deepEqual(open.sort(), WITHOUT_TRUST);
  });

  attack('trust', 'a condition names trust where it does not bind', 'package.json', () => {
    const all = [...(commands as readonly Contributed[])].map(({ enablement = '' }) => enablement);
    for (const condition of all.filter((each) => each.includes('isWorkspaceTrusted')))
      assert.doesNotMatch(condition, /\|\||!isWorkspaceTrusted/);
  });

  attack('trust', 'a menu outside of the views offers a command', 'package.json', () => {
    for (const name of ['explorer/context', 'editor/title', 'editor/context'] as const)
      for (const { command, when } of menus[name]) assert.ok(needsTrust(when), `${name}: ${command}`);
  });

  attack('trust', 'a view reads the workspace', 'package.json', () => {
    for (const { id, when } of views.juliaKaggle)
      assert.equal(needsTrust(when), id !== 'juliaKaggle.welcome', id);
  });

  attack('trust', 'tasks are offered', 'package.json', () => {
    for (const { when } of taskDefinitions) assert.ok(needsTrust(when));
  });

  attack('trust', 'settings of the workspace are used before it is trusted', 'package.json', () => {
    assert.equal(packageJson.capabilities.untrustedWorkspaces.supported, 'limited');
    assert.deepEqual(
      packageJson.capabilities.untrustedWorkspaces.restrictedConfigurations.toSorted(),
      Object.keys(configuration.properties).sort(),
    );
  });

  attack('M7', 'a trusted workspace names a server', 'package.json', () => {
    const scopes = Object.entries(configuration.properties).map(([name, { scope }]) => [name, scope]);
    // An image is the project's to choose, in JuliaKaggle.toml as well: what runs in it is the project's own code.
    assert.deepEqual(
      scopes.filter(([, scope]) => scope !== 'machine'),
      [['juliaKaggle.image', 'machine-overridable']],
    );
  });

  attack('trust', 'files of a server are opened as a workspace', 'package.json', () => {
    assert.equal(packageJson.capabilities.virtualWorkspaces.supported, false);
    assert.deepEqual(packageJson.extensionKind, ['workspace']);
  });

  attack('trust', 'the user trusts without knowing what for', 'package.nls.json', () => {
    for (const name of ['capabilities.untrusted', 'welcome.untrusted'] as const) {
      for (const fact of ['containers', 'Docker engine', 'network', 'read', 'uploaded', 'private datasets'])
        assert.ok(nls[name].includes(fact), `${name}: ${fact}`);
      for (const fact of ['容器', 'Docker 引擎', '网络', '读取', '上传', '私有数据集'])
        assert.ok(chinese[name].includes(fact), `${name}: ${fact}`);
    }
    assert.equal(packageJson.capabilities.untrustedWorkspaces.description, '%capabilities.untrusted%');
  });
});
