const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

/**
 * The import rules of docs/architecture.md:
 *   base <- {docker, kaggle, julia} <- core/<stage> <- core/pipeline <- {host, cli};  protocol <- {host, webview-ui}
 * @type {import('dependency-cruiser').IConfiguration}
 */
const error = (name, from, to) => ({ name, severity: 'error', from, to });
// A stage is a folder with a program of its name.
const core = join(__dirname, 'src', 'core');
const stages = readdirSync(core).filter((name) => existsSync(join(core, name, `${name}-stage.ts`)));
const STAGES = `^src/core/(${stages.join('|')})/`;
module.exports = {
  forbidden: [
    error('no-cycles', {}, { circular: true }),
    error(
      'vscode-only-in-host',
      { pathNot: '^(src/host/|src/extension\\.ts|test/)' },
      { path: '@types/vscode|^vscode$' },
    ),
    error(
      'dockerode-only-in-docker',
      { pathNot: '^(src/docker/|test/)' },
      { path: 'node_modules/(@types/)?docker(ode|-modem)' },
    ),
    error(
      'programs-are-started-in-one-place',
      { path: '^src/', pathNot: '^src/base/programs\\.ts$' },
      { path: '^(node:)?(child_process|cluster)$', dependencyTypes: ['core'] },
    ),
    // What stages write goes through the guarded folder; these only read what a user named.
    error(
      'stages-write-through-the-guarded-folder',
      {
        path: '^src/core/',
        pathNot:
          '^src/core/(project/|scaffold/|pipeline/(checkouts|reporter)|contract/(submission/(packed-text|submission-file)|image/data-files)|test/competition-data|build/volumes|pack/(parts|compiled/local-compiler))',
      },
      { path: '^(node:)?fs(/promises)?$', dependencyTypes: ['core'] },
    ),
    error(
      'files-are-written-in-base',
      { pathNot: '^(src/(base|sandbox)/|test/|bench/|torture/)' },
      { path: 'node_modules/write-file-atomic' },
    ),
    error('base-knows-nobody', { path: '^src/base/' }, { path: '^(src|webview-ui)/', pathNot: '^src/base/' }),
    error(
      'adapters-know-only-base',
      { path: '^src/(docker|kaggle|julia)/' },
      { path: '^(src|webview-ui)/', pathNot: '^src/(base|$1)/' },
    ),
    error(
      'core-below-host-cli-and-sandbox',
      { path: '^src/core/' },
      { path: '^(src/(host|cli|protocol|sandbox)/|webview-ui/)' },
    ),
    error(
      'no-stage-imports-a-stage',
      { path: STAGES },
      { path: '^src/core/[^/]+/', pathNot: ['^src/core/$1/', '^src/core/contract/'] },
    ),
    error(
      'contract-below-stages',
      { path: '^src/core/contract/' },
      { path: '^src/core/[^/]+/', pathNot: '^src/core/contract/' },
    ),
    error(
      'sandbox-stands-beside-the-core',
      { path: '^src/sandbox/' },
      { path: '^(src|webview-ui)/', pathNot: '^src/(sandbox|base|docker)/' },
    ),
    error(
      'cli-and-host-are-strangers',
      { path: '^src/cli/' },
      { path: '^(src/(host|protocol)/|webview-ui/)' },
    ),
    error('host-not-cli-not-webview', { path: '^src/host/' }, { path: '^(src/cli/|webview-ui/)' }),
    // Project and record are the core's; these look at what the user has open, at folders for a new project, and at competitions.
    error(
      'host-reads-no-project',
      {
        path: '^src/host/',
        pathNot: '^src/host/(config/write-config|walkthrough/example|local-kaggle/choose)',
      },
      { path: ['^(node:)?fs(/promises)?$', '^src/base/guarded-folder'] },
    ),
    error(
      'protocol-is-a-leaf',
      { path: '^src/protocol/' },
      { path: '^(src|webview-ui)/', pathNot: '^src/(protocol/|core/stages\\.ts)' },
    ),
    error(
      'webview-sees-protocol-only',
      { path: '^webview-ui/' },
      { path: '^src/', pathNot: '^src/protocol/' },
    ),
    error('webview-has-no-node', { path: '^(webview-ui|src/protocol)/' }, { dependencyTypes: ['core'] }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
