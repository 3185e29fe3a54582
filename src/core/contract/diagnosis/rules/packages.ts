import * as l10n from '@vscode/l10n';
import { inWords } from '../julia-exception.ts';
import { addArtifact, addPackage, compiledWhat, depotInstead } from '../remedies.ts';
import { type Abouts, remedies, type Rule, type Sign, type Told } from './rule.ts';

/** The likeliest first: what is not reached is mostly behind a proxy, or not reached at all. */
function network(): Told['remedies'] {
  return remedies(
    l10n.t(
      "Check the network of the engine's machine; behind a proxy, set https_proxy here: it is handed on to the build.",
    ),
    l10n.t('If packages come from a mirror, set JULIA_PKG_SERVER to its address.'),
  );
}

/**
 * Packages, artifacts, registries and hosts. Wordings of Base and Pkg of Julia 1.5 to 1.14 (Operations.jl,
 * PlatformEngines.jl, Artifacts.jl, loading.jl; julia-facts sections 3 and 5, docker-julia section 2), and of what asks
 * for hosts: curl, wget, Downloads.jl and HTTP.jl (libuv), libgit2, Python.
 */
export const PACKAGE_RULES: readonly Rule[] = [
  {
    kind: 'download',
    signs: [
      [/(?:Downloading|Downloaded|Failure)\s+artifact: (\S+)/, ' Downloading artifact: MKL'],
      [
        /Unable to automatically (?:download\/)?install (?:artifact )?'([^']+)'/,
        "ERROR: Unable to automatically install 'stations'",
      ],
      [
        /Artifact "([^"]+)" (?:was not found|is a lazy artifact)/,
        'ERROR: Artifact "OpenSpecFun" was not found by looking in the paths:',
      ],
      [
        /This program has requested access to the data dependency (\S+)\.$/,
        'This program has requested access to the data dependency MNIST.',
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t(
          'The artifact "{0}" is not in the depot: Julia tried to download it, and on Kaggle there is no network.',
          subject,
        ),
        remedies: [
          addArtifact(subject),
          {
            title: l10n.t(
              'If it is not lazy, build again so that it is fetched: julia-kaggle run --fresh build.',
            ),
            command: 'run --fresh build',
          },
        ],
      }),
      build: (about) =>
        artifactFailed(
          about,
          l10n.t(
            'The artifact "{0}" could not be downloaded while building {1}.',
            about.subject,
            about.project.name,
          ),
        ),
      test: (about) =>
        downloadOffline(about) ??
        artifactFailed(
          about,
          l10n.t(
            'The artifact "{0}" could not be downloaded while {1} ran.',
            about.subject,
            about.project.name,
          ),
        ),
    },
  },
  {
    kind: 'package-missing',
    signs: [
      [
        /Package (\S+)(?: \[[^\]]{1,60}\])? is required but does not seem to be installed/,
        'ERROR: ArgumentError: Package CSV [336ed68f] is required but does not seem to be installed:',
      ],
      [
        /Package (\S+) not found in current path/,
        'ERROR: ArgumentError: Package CSV not found in current path.',
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t('The package {0} is used but is not in the bundle.', subject),
        remedies: [
          addPackage(subject),
          {
            title: l10n.t(
              'A path dependency has to lie where the Manifest says, beside or below the project.',
            ),
          },
        ],
      }),
      test: ({ subject }) => ({
        code: 'package-missing',
        title: l10n.t('The package {0} is used but not in the project.', subject),
        remedies: [addPackage(subject)],
      }),
    },
  },
  {
    kind: 'not-registered',
    signs: [
      [
        /expected package `?([^\s`[]+)[^\n]{0,60}? to be registered/,
        'ERROR: LoadError: expected package `Private [48b52996]` to be registered',
      ],
    ],
    says: {
      build: ({ subject }) => ({
        code: 'package-missing',
        title: l10n.t('The package {0} is in no registry that can be reached.', subject),
        remedies: remedies(
          l10n.t('Add it by its repository (Pkg.add(url = "…")) or as a path dependency (Pkg.develop).'),
          l10n.t('A registry of your own: serve it by JULIA_PKG_SERVER.'),
        ),
      }),
    },
  },
  {
    kind: 'conflict',
    signs: [
      [
        /Unsatisfiable requirements detected for package (\S+)/,
        'ERROR: LoadError: Unsatisfiable requirements detected for package ToyReg [9a1f4d2e]:',
      ],
      [
        /empty intersection between (\w+)@\S{1,60} and project compatibility/,
        'ERROR: LoadError: empty intersection between ToyReg@0.2.0 and project compatibility 99',
      ],
    ],
    says: {
      build: ({ subject }) => ({
        code: 'julia-failed',
        title: l10n.t('No version of {0} fits all that the project and its packages ask for.', subject),
        remedies: remedies(
          l10n.t('Loosen or remove one of the [compat] bounds that the details name, in Project.toml.'),
        ),
      }),
    },
  },
  {
    kind: 'registry-unreachable',
    signs: [
      [
        // What a server of packages does not give is cloned next, so that this is the last word (docker-julia section 2).
        /^ERROR: (?:\w+: )*(?:failed to (?:clone|fetch) from|could not download) ['`]?(https?:\/\/\S*?(?:\/General(?:\.git)?|\/registr(?:y|ies)))(?=[\s,'`/]|$)/,
        'ERROR: could not download https://pkg.julialang.org/registry/23338594-aafe-5451-b93e-139f81909106/97ab',
      ],
    ],
    says: {
      build: ({ subject }) => ({
        code: 'julia-failed',
        title: l10n.t("The registry of Julia's packages could not be fetched from {0}.", subject),
        remedies: network(),
      }),
    },
  },
  {
    kind: 'registry-damaged',
    signs: [[/KeyError: key "Registry\.toml" not found/, 'ERROR: KeyError: key "Registry.toml" not found']],
    says: {
      build: () => ({
        code: 'julia-failed',
        title: l10n.t("The depot's copy of a registry is damaged: its download was cut off."),
        remedies: [
          {
            title: l10n.t('Build from an empty depot: julia-kaggle run --fresh build.'),
            command: 'run --fresh build',
          },
          {
            title: l10n.t('Or remove what runs left, and run again: julia-kaggle clean.'),
            command: 'clean',
          },
        ],
      }),
    },
  },
  {
    kind: 'clone',
    signs: [
      [
        /failed to (?:clone|fetch) from ['`]?([^\s,'`]+)/i,
        'ERROR: LoadError: failed to clone from https://git.example.org/Private.jl, error: GitError',
      ],
    ],
    says: {
      build: ({ subject }) => ({
        code: 'julia-failed',
        title: l10n.t('A package could not be cloned from {0}.', subject),
        remedies: remedies(
          l10n.t('Check the address in the Manifest (repo-url) and the network of the engine.'),
          l10n.t(
            'A private repository: use an https address, and give the build credentials by JULIA_PKG_USE_CLI_GIT=true and GIT_CONFIG_COUNT (user guide, "Private packages").',
          ),
        ),
      }),
    },
  },
  {
    kind: 'build-script',
    signs: [[/Error building [`']?([^\s`':]+)/, 'ERROR: LoadError: Error building `PyCall`: ']],
    says: {
      build: ({ subject }) => ({
        code: 'julia-failed',
        title: l10n.t('The build script of {0} (deps/build.jl) failed.', subject),
        remedies: remedies(
          l10n.t('The lines above are its own; what it lacks has to be in the image or in the package.'),
        ),
      }),
    },
  },
  {
    kind: 'precompile',
    signs: [[/Failed to precompile ([^\s[]+)/, 'ERROR: Failed to precompile Flux [587475ba]']],
    says: {
      build: ({ subject, exception }) => ({
        code: 'julia-failed',
        title:
          exception === undefined
            ? l10n.t('{0} could not be compiled.', subject)
            : l10n.t('{0} could not be compiled: {1}', subject, inWords(exception)),
        remedies: remedies(l10n.t('Fix the error above, or use another version of the package.')),
      }),
      compile: atFault,
    },
  }, // The surest first: each is a rule of its own.
  ...[
    [/during initialization of module (\w+)/, 'during initialization of module MKL_jll'] as const,
    [
      /Package (\w+) .{0,100}?(?:not found|is required but does not seem to be installed)/,
      'ERROR: ArgumentError: Package CSV not found in current path.',
    ] as const,
    [
      /in expression starting at \S*\/packages\/(\w+)\//,
      'in expression starting at /root/.julia/packages/CSV/aoJqo/src/CSV.jl:1',
    ] as const,
    [
      /in expression starting at \S*\/dev\/(?:[^\s/]{1,100}\/){0,8}?(\w+)\/src\//,
      'in expression starting at /root/.julia/dev/Inference/src/io.jl:1',
    ] as const,
  ].map((sign: Sign): Rule => ({ kind: 'precompile', signs: [sign], says: { compile: atFault } })),
  {
    kind: 'registry',
    signs: [
      [/Installing known registries into /, '  Installing known registries into `~/.julia`'],
      [
        /^\s*(?:Updating (?:git-repo|registry at)|Cloning git-repo) /,
        '     Cloning git-repo `https://git.example.org/Private.jl`',
      ],
      [
        /could not download \S+\/registries/,
        '\u250C Warning: could not download https://pkg.julialang.org/registries',
      ],
      [
        /failed to (?:clone|fetch) from /,
        'ERROR: failed to fetch from https://github.com/JuliaRegistries/General',
      ],
    ],
    says: {
      run: () => ({
        title: l10n.t('The run calls Pkg, which wants the registry from the network.'),
        remedies: remedies(
          l10n.t(
            'Call neither Pkg.add, Pkg.instantiate nor Pkg.update in the program: the depot has all that the Manifest names.',
          ),
        ),
      }),
    },
  },
  {
    kind: 'host',
    signs: [
      [/Could not resolve host: ([\w.-]+)/, 'curl: (6) Could not resolve host: example.org'],
      [
        /unable to resolve host address [‘'"]([^’'"]+)/,
        'wget: unable to resolve host address \u2018github.com\u2019',
      ],
      [/DNSError: ([\w.-]+),/, 'ERROR: DNSError: huggingface.co, unknown node or service (EAI_NONAME)'],
      [/DNSError\("([^"]+)"/, 'IOError(Base.DNSError("huggingface.co", -3008), "during request")'],
      [
        /failed to resolve address for ([\w.-]+)/,
        'GitError(failed to resolve address for git.example.org: Name or service not known)',
      ],
      [/Failed to resolve '([^']+)'/, "Failed to resolve 'example.org'"],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t('The run tried to reach {0}, and on Kaggle there is no network.', subject),
        remedies: remedies(
          l10n.t(
            'Make the file part of the package, an artifact or a model ([models] files), and run again.',
          ),
        ),
      }),
      build: ({ subject }) => ({
        code: 'julia-failed',
        title: l10n.t('The build could not reach {0}.', subject),
        remedies: network(),
      }),
      test: downloadOffline,
    },
  },
];

/** What is told of an artifact that could not be had: not reached, or with another content. */
function artifactFailed({ subject, isAltered }: Abouts['build'], notDownloaded: string): Told {
  if (isAltered) {
    return {
      code: 'checksum-mismatch',
      title: l10n.t('The artifact "{0}" arrived with another content than Artifacts.toml says.', subject),
      remedies: remedies(
        l10n.t('Run again: a proxy or a mirror may have changed it.'),
        l10n.t('If it is yours and has changed: make its hashes in Artifacts.toml anew (bind_artifact!).'),
      ),
    };
  }
  return {
    code: 'artifact-missing',
    title: notDownloaded,
    remedies: remedies(
      l10n.t('Check its URL in Artifacts.toml and the network of the engine, then run again.'),
    ),
  };
}

/** What is told of an artifact or a host that a test wanted which runs without network by the user's own choice. */
function downloadOffline({ subject, project }: Abouts['test']): Told | undefined {
  if (project.offlineTest !== true) return void 0;
  return {
    code: 'test-download',
    title:
      project.run.form === 'predict'
        ? l10n.t(
            "{0} wanted to download something ({1}) in the test, which has no network where the competition's own programs run beside the package.",
            project.name,
            subject,
          )
        : l10n.t(
            '{0} wanted to download something ({1}) in the test, which JuliaKaggle.toml has run without network.',
            project.name,
            subject,
          ),
    remedies: remedies(
      l10n.t(
        'Set network = true under [test] in JuliaKaggle.toml and run again: what the test downloads is packed with the depot.',
      ),
      l10n.t('Or take it from the data or the models ({competition}, {models} in [run] args).'),
    ),
  };
}

function atFault({ subject, project }: Abouts['compile']): Told {
  return {
    code: 'compile-failed',
    title: l10n.t('{0} could not be compiled into {1}.', subject, compiledWhat(project)),
    remedies: [{ title: l10n.t('The log names the place: .julia-kaggle/logs/pack.log.') }, depotInstead()],
  };
}
