import type { ErrorAction } from '../../../base/errors.ts';
import type { FindingKind } from './finding.ts';

/** One wording and what it means. The first group of a pattern is the subject. */
export interface Wording {
  readonly kind: FindingKind;
  readonly patterns: readonly RegExp[];
  readonly title: (subject: string) => string;
  readonly remedies: (subject: string) => readonly [ErrorAction, ...ErrorAction[]];
}

const remedy =
  (first: string, ...others: readonly string[]) =>
  (): readonly [ErrorAction, ...ErrorAction[]] => [{ title: first }, ...others.map((title) => ({ title }))];

const SMALLER = 'Process the data in smaller portions, or use fewer threads ([run] threads).';

/**
 * Wordings of our own cells, of Kaggle (kaggle-api 4.2, 5.2), of Jupyter, of tar, of Julia 1.5 to 1.14 and of the
 * packages that people meet most (julia-facts sections 3, 5 and 7). Lines are clean: no colours, no quoted source.
 */
export const WORDINGS: readonly Wording[] = [
  {
    kind: 'dataset-missing',
    patterns: [/^RuntimeError: The dataset '([^']+)' is not attached/],
    title: (slug) => `The dataset "${slug}" is not attached to the notebook.`,
    remedies: (slug) => [
      { title: 'Push the notebook again: julia-kaggle run attaches what it uploaded.', command: 'run' },
      { title: `If you changed the notebook's inputs on Kaggle, add ${slug} there again.` },
    ],
  },
  {
    kind: 'dataset-stale',
    patterns: [/^RuntimeError: The dataset '([^']+)' attached here holds bundle/],
    title: (slug) => `The notebook was given an older version of the dataset "${slug}" than it was made for.`,
    remedies: () => [
      { title: 'Push it again, so that the latest version is attached: julia-kaggle run.', command: 'run' },
      {
        title:
          'On Kaggle: open the notebook, look at its inputs and update the dataset to its latest version.',
      },
    ],
  },
  {
    kind: 'dataset-damaged',
    patterns: [/^RuntimeError: The dataset '([^']+)' is damaged/],
    title: (slug) => `The dataset "${slug}" does not hold the files that were uploaded.`,
    remedies: () => [
      { title: 'Upload again: julia-kaggle run compares what is there with the bundle.', command: 'run' },
      {
        title: 'Kaggle unpacks files that are named like archives (.zip, .tar.gz): give models other names.',
      },
    ],
  },
  {
    kind: 'competition-missing',
    patterns: [/^RuntimeError: The competition '([^']+)' is not attached/],
    title: (slug) => `The data of the competition "${slug}" are not attached to the notebook.`,
    remedies: (slug) => [
      {
        title: 'Accept the rules of the competition, then run again.',
        url: `https://www.kaggle.com/competitions/${slug}/rules`,
      },
    ],
  },
  {
    kind: 'disk-full',
    patterns: [
      /No space left on device()/,
      /\(ENOSPC\)()/,
      /^RuntimeError: (\/kaggle\/working) holds [\d.]+ \w+, more than the/,
    ],
    title: (folder) =>
      folder === '' ? 'The disk is full.' : `${folder} holds more than Kaggle saves of a run (20 GB).`,
    remedies: remedy(
      'Write what is not the result to /tmp, and remove it when it is not needed any more.',
      'Kaggle saves 20 GB of /kaggle/working; what lies in /tmp is not saved.',
    ),
  },
  {
    kind: 'unpack',
    patterns: [
      /^RuntimeError: (\S+) could not be unpacked/,
      /^tar(?: \(child\))?: (\S+): Cannot open: /,
      /^(?:tar: This does not look like a tar archive|gzip: stdin: (?:not in gzip format|unexpected end of file)|tar: Unexpected EOF in archive)()/,
    ],
    title: (file) => `${file === '' ? 'A tarball' : file} could not be unpacked.`,
    remedies: (file) => [
      { title: 'Pack and upload again: julia-kaggle run --fresh pack.', command: 'run --fresh pack' },
      {
        title: `If that does not help, look at ${file === '' ? 'the files' : file} on the page of the dataset.`,
      },
    ],
  },
  {
    kind: 'out-of-memory',
    patterns: [/(?:OutOfGPUMemoryError|Out of (GPU) memory|CUDA_?(?:ERROR_)?\s?out of memory)()/i],
    title: () => 'The memory of the GPU ran out.',
    remedies: remedy(
      'Predict in smaller batches, and let go of arrays early (CUDA.unsafe_free!, CUDA.reclaim()).',
      'Limit the memory pool: JULIA_CUDA_HARD_MEMORY_LIMIT, or JULIA_CUDA_MEMORY_POOL=none.',
    ),
  },
  {
    kind: 'out-of-memory',
    patterns: [
      /^ERROR: (?:\w+: )*OutOfMemoryError\(\)()/,
      /tried to allocate more memory than is available()/i,
      /^RuntimeError: Julia was killed, most likely because the memory ran out()/,
      /^(?:numpy\.core\._exceptions\.\w*)?MemoryError\b()/,
      /DeadKernelError: Kernel died()/,
      /^(?:\/\S+: line \d+:\s+\d+ )?Killed\b()/,
    ],
    title: () => 'The memory ran out.',
    remedies: remedy(SMALLER, 'The rehearsal tells the peak of memory: compare it with that of the machine.'),
  },
  {
    kind: 'timeout',
    patterns: [
      /exceeded the (?:max )?allowed (?:execution duration|(?:run ?)?time)()/i,
      /CellTimeoutError()|A cell timed out while it was being executed()/,
      /Notebook Timeout()/,
    ],
    title: () => 'It ran over its time limit.',
    remedies: remedy(
      'Compare the time of the rehearsal, by rows, with the limit of the competition.',
      'Look at what grows with the rows, and whether all threads are used ([run] threads); a higher limit of your own is [notebook] time_limit_minutes.',
    ),
  },
  {
    kind: 'library',
    patterns: [/version [`'](GLIBCXX_[\d.]+|CXXABI_[\d.]+)' not found/],
    title: (version) =>
      `A library of the image wants a newer libstdc++ (${version}) than the one that was loaded first.`,
    remedies: remedy(
      "Use Julia 1.9 or newer: it takes the newer of its own and the image's libstdc++.",
      'Leave LD_LIBRARY_PATH and LD_PRELOAD as the notebook sets them; Python libraries in a Julia process (PyCall) need the newer one.',
    ),
  },
  {
    kind: 'library',
    patterns: [/version [`'](GLIBC_[\d.]+)' not found/],
    title: (version) => `A library was made for a newer Linux (${version}) than the image has.`,
    remedies: remedy('Build in the image that Kaggle runs: leave [image] name out of JuliaKaggle.toml.'),
  },
  {
    kind: 'library',
    patterns: [
      /could not load library "([^"]+)"/,
      /error while loading shared libraries: ([^:]+):/,
      /^ImportError: (\S+\.so\S*): cannot open shared object file/,
    ],
    title: (name) => `The library ${name} could not be loaded.`,
    remedies: remedy(
      "Use the package's own binary (a JLL or an artifact) rather than a library of one machine.",
      'Leave LD_LIBRARY_PATH and LD_PRELOAD as the notebook sets them.',
    ),
  },
  {
    kind: 'processor',
    patterns: [/Unable to find compatible target in system image()/, /^Invalid instruction at ()/],
    title: () => 'Julia or a system image was made for another processor than this machine has.',
    remedies: remedy(
      'Make system images with a portable cpu_target: "generic;sandybridge,-xsaveopt,clone_all;haswell,-rdrnd,base(1)".',
    ),
  },
  {
    kind: 'registry',
    patterns: [
      /Installing known registries into ()/,
      /^\s*(?:Updating (?:git-repo|registry at)|Cloning git-repo) ()/,
      /could not download \S+\/registries()/,
      /failed to (?:clone|fetch) from ()/,
    ],
    title: () => 'The run calls Pkg, which wants the registry from the network.',
    remedies: remedy(
      'Call neither Pkg.add, Pkg.instantiate nor Pkg.update in the program: the depot has all that the Manifest names.',
    ),
  },
  {
    kind: 'cuda',
    patterns: [
      /precompiled without an NVIDIA driver present()/,
      /CUDA\.jl could not find an appropriate CUDA runtime()/,
      /(?:CUDA driver (?:not found|not functional|library not found)|No CUDA driver|Could not find or initialize the CUDA driver)()/i,
      /no CUDA-capable device is detected()|ERROR_NO_DEVICE()/,
      /^ERROR: (?:\w+: )*CUDA\.?(?:jl)? (?:is|was) not functional()/i,
      /Requested CUDA version (\S+) does not match any supported/,
    ],
    title: (version) =>
      version === ''
        ? 'CUDA was not functional in the run.'
        : `CUDA.jl has no toolkit for the version ${version} that its preference asks for.`,
    remedies: () => [
      { title: 'Pin the toolkit, so that it is in the depot: julia-kaggle pin-cuda.', command: 'pin-cuda' },
      { title: 'Ask for a GPU: [notebook] accelerator = "NvidiaTeslaT4" in JuliaKaggle.toml.' },
    ],
  },
  {
    kind: 'file-missing',
    patterns: [
      /SystemError: opening file "([^"]+)": No such file or directory/,
      /IOError: \w{1,60}\("([^"]+)"[^)]{0,200}\): no such file or directory \(ENOENT\)/,
      /ArgumentError: "([^"]+)" is not a valid file or doesn't exist/,
      /could not open file (\/\S+)/,
      /^FileNotFoundError: \[Errno 2\] (?:No such file or directory|File \S+ does not exist): '([^']+)'/,
    ],
    title: (path) => `It opened ${path}, which is not there.`,
    remedies: remedy(
      'Take folders from the arguments ({competition}, {models}, {working} in [run] args), and list models in [models] files.',
    ),
  },
  {
    kind: 'read-only',
    patterns: [
      /opening file "([^"]+)": Read-only file system/,
      /\("([^"]+)"[^)]{0,200}\): read-only file system \(EROFS\)/,
      /^OSError: \[Errno 30\] Read-only file system: '([^']+)'/,
    ],
    title: (path) => `It wanted to write ${path}, and inputs are read-only.`,
    remedies: remedy('Write to {working}, which [run] args can name, or to /tmp.'),
  },
  {
    kind: 'submission-missing',
    patterns: [/^RuntimeError: The run wrote no (\S+?)\. In /],
    title: (file) => `The run ended well but wrote no ${file}.`,
    remedies: (file) => [
      {
        title: `Write it to {working}/${file}, or set [output] file in JuliaKaggle.toml to the name it has.`,
      },
    ],
  },
  {
    kind: 'submission-wrong',
    patterns: [/^RuntimeError: (\S+ has (?:the columns|\d+ rows|no rows|the row).*)$/],
    title: (sentence) => `The submission file is not as the sample: ${sentence}`,
    remedies: remedy('Compare it with the sample submission: columns, their order, one row for each id.'),
  },
  {
    kind: 'crash',
    patterns: [/^signal \((\d+(?:\.\d+)?)\): /, /^\[\d+\] signal \(?(\d+)\)?/],
    title: (signal) => `Julia crashed (signal ${signal.replace('.', ', ')}).`,
    remedies: remedy(
      'A library called from Julia is at fault mostly (ccall, a JLL, @inbounds); the lines below it in the log name the place.',
    ),
  },
];
