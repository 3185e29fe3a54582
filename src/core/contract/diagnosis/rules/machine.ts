import * as l10n from '@vscode/l10n';
import { formatBytes } from '../../../../base/format.ts';
import { USUAL_GPU } from '../../../kaggle-machines.ts';
import { isKaggleMemory } from '../../image/limits.ts';
import { type Abouts, remedies, type Rule, type Told } from './rule.ts';

function smallerPortions(): string {
  return l10n.t('Process the data in smaller portions, or use fewer threads ([run] threads).');
}

/**
 * What the machine has: memory, time, libraries, a processor, a GPU. Wordings of Kaggle (kaggle-api 4.2, 5.2), of
 * Jupyter, of the C library, of Julia 1.5 to 1.14 and of CUDA.jl (julia-facts sections 5 and 7).
 */
export const MACHINE_RULES: readonly Rule[] = [
  {
    kind: 'out-of-memory',
    signs: [
      [
        /OutOfGPUMemoryError|Out of (GPU) memory|CUDA_?(?:ERROR_)?\s?out of memory/i,
        'ERROR: LoadError: Out of GPU memory trying to allocate 12.000 GiB',
      ],
    ],
    says: {
      run: () => ({
        title: l10n.t('The memory of the GPU ran out.'),
        remedies: remedies(
          l10n.t(
            'Predict in smaller batches, and let go of arrays early (CUDA.unsafe_free!, CUDA.reclaim()).',
          ),
          l10n.t('Limit the memory pool: JULIA_CUDA_HARD_MEMORY_LIMIT, or JULIA_CUDA_MEMORY_POOL=none.'),
        ),
      }),
    },
  },
  {
    kind: 'out-of-memory',
    // Julia throws it when an allocation fails outright, e.g. an array larger than the machine.
    signs: [[/^ERROR: (?:\w+: )*OutOfMemoryError\(\)/, 'ERROR: LoadError: OutOfMemoryError()']],
    says: { run: outOfMemoryInRun, test: outOfMemoryInTest },
  },
  {
    kind: 'out-of-memory',
    signs: [
      [
        /tried to allocate more memory than is available/i,
        'Your notebook tried to allocate more memory than is available. It has restarted.',
      ],
      [
        /^RuntimeError: Julia was killed, most likely because the memory ran out/,
        'RuntimeError: Julia was killed, most likely because the memory ran out.',
      ],
      [/^(?:numpy\.core\._exceptions\.\w*)?MemoryError\b/, 'MemoryError: Unable to allocate 74.5 GiB'],
      [/DeadKernelError: Kernel died/, 'nbclient.exceptions.DeadKernelError: Kernel died'],
      [
        /^(?:\/\S+: line \d+:\s+\d+ )?Killed\b/,
        '/usr/bin/run.sh: line 3:    12 Killed                  julia',
      ],
    ],
    says: { run: outOfMemoryInRun },
  },
  {
    kind: 'timeout',
    signs: [
      [
        /exceeded the (?:max )?allowed (?:execution duration|(?:run ?)?time)/i,
        'Your notebook was stopped because it exceeded the max allowed execution duration.',
      ],
      [
        /CellTimeoutError|A cell timed out while it was being executed/,
        'nbclient.exceptions.CellTimeoutError: A cell timed out while it was being executed, after 3600 seconds.',
      ],
      [/Notebook Timeout/, 'Notebook Timeout'],
    ],
    says: {
      run: () => ({
        title: l10n.t('It ran over its time limit.'),
        remedies: remedies(
          l10n.t('Compare the time of the rehearsal, by rows, with the limit of the competition.'),
          l10n.t(
            'Look at what grows with the rows, and whether all threads are used ([run] threads); a higher limit of your own is [notebook] time_limit_minutes.',
          ),
        ),
      }),
    },
  },
  {
    kind: 'library',
    signs: [
      [
        /version [`'](GLIBCXX_[\d.]+|CXXABI_[\d.]+)' not found/,
        "/opt/julia-1.8.5/lib/julia/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by libopencv_core.so)",
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t(
          'A library of the image wants a newer libstdc++ ({0}) than the one that was loaded first.',
          subject,
        ),
        remedies: remedies(
          l10n.t("Use Julia 1.9 or newer: it takes the newer of its own and the image's libstdc++."),
          l10n.t(
            'Leave LD_LIBRARY_PATH and LD_PRELOAD as the notebook sets them; Python libraries in a Julia process (PyCall) need the newer one.',
          ),
        ),
      }),
    },
  },
  {
    kind: 'library',
    signs: [
      [
        /version [`'](GLIBC_[\d.]+)' not found/,
        "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by libx.so)",
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t('A library was made for a newer Linux ({0}) than the image has.', subject),
        remedies: remedies(
          l10n.t('Build in the image that Kaggle runs: leave [image] name out of JuliaKaggle.toml.'),
        ),
      }),
    },
  },
  {
    kind: 'library',
    signs: [
      [/could not load library "([^"]+)"/, 'ERROR: InitError: could not load library "libxgboost.so"'],
      [
        /error while loading shared libraries: ([^:]+):/,
        'bin/tides: error while loading shared libraries: libx.so.1: cannot open shared object file',
      ],
      [
        /^ImportError: ([^\s:]+): cannot open shared object file/,
        'ImportError: libGL.so.1: cannot open shared object file: No such file or directory',
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t('The library {0} could not be loaded.', subject),
        remedies: remedies(
          l10n.t("Use the package's own binary (a JLL or an artifact) rather than a library of one machine."),
          l10n.t('Leave LD_LIBRARY_PATH and LD_PRELOAD as the notebook sets them.'),
        ),
      }),
    },
  },
  {
    kind: 'processor',
    signs: [
      [
        /Unable to find compatible target in system image/,
        'ERROR: Unable to find compatible target in system image.',
      ],
      [/^Invalid instruction at /, 'Invalid instruction at 0x7f0e: 0x62, 0xf1'],
    ],
    says: {
      run: () => ({
        title: l10n.t('Julia or a system image was made for another processor than this machine has.'),
        remedies: remedies(
          l10n.t(
            'Make system images with a portable cpu_target: "generic;sandybridge,-xsaveopt,clone_all;haswell,-rdrnd,base(1)".',
          ),
        ),
      }),
    },
  },
  {
    kind: 'cuda',
    signs: [
      [
        /precompiled without an NVIDIA driver present/,
        "\u250C Error: CUDA.jl's JLLs were precompiled without an NVIDIA driver present.",
      ],
      [
        /CUDA\.jl could not find an appropriate CUDA runtime/,
        'CUDA.jl could not find an appropriate CUDA runtime',
      ],
      [
        /CUDA driver (?:not found|not functional|library not found)|No CUDA driver|Could not find or initialize the CUDA driver/i,
        'ERROR: CUDA driver not functional',
      ],
      [
        /no CUDA-capable device is detected|ERROR_NO_DEVICE/,
        'ERROR: CUDA error: no CUDA-capable device is detected (code 100, ERROR_NO_DEVICE)',
      ],
      [
        /^ERROR: (?:\w+: )*CUDA\.?(?:jl)? (?:is|was) not functional/i,
        'ERROR: LoadError: CUDA.jl was not functional',
      ],
      [
        /Requested CUDA version (\S+) does not match any supported/,
        'Requested CUDA version 13.9 does not match any supported toolkit',
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title:
          subject === ''
            ? l10n.t('CUDA was not functional in the run.')
            : l10n.t('CUDA.jl has no toolkit for the version {0} that its preference asks for.', subject),
        remedies: [
          {
            title: l10n.t('Pin the toolkit, so that it is in the depot: julia-kaggle pin-cuda.'),
            command: 'pin-cuda',
          },
          { title: l10n.t('Ask for a GPU: [notebook] accelerator = "{0}" in JuliaKaggle.toml.', USUAL_GPU) },
        ],
      }),
    },
  },
  {
    kind: 'crash',
    signs: [
      [/^signal \((\d+(?:\.\d+)?)\): /, 'signal (11.1): Segmentation fault'],
      [/^\[\d+\] signal \(?(\d+)\)?/, '[41] signal (6.-6): Aborted'],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t('Julia crashed (signal {0}).', subject.replace('.', ', ')),
        remedies: remedies(
          l10n.t(
            'A library called from Julia is at fault mostly (ccall, a JLL, @inbounds); the lines below it in the log name the place.',
          ),
        ),
      }),
    },
  },
];

function outOfMemoryInRun(): Told {
  return {
    title: l10n.t('The memory ran out.'),
    remedies: remedies(
      smallerPortions(),
      l10n.t('The rehearsal tells the peak of memory: compare it with that of the machine.'),
    ),
  };
}

/** Pure: the same of a test, which also knows it by how its container ended. */
export function outOfMemoryInTest({ project, limits }: Pick<Abouts['test'], 'project' | 'limits'>): Told {
  const memory = formatBytes(limits.memoryBytes);
  const isKaggles = isKaggleMemory(limits);
  return {
    code: 'out-of-memory',
    title: isKaggles
      ? l10n.t("{0} needed more memory than Kaggle's machine has ({1}).", project.name, memory)
      : l10n.t(
          "{0} needed more memory than this engine has ({1}); Kaggle's machine has more.",
          project.name,
          memory,
        ),
    remedies: isKaggles
      ? remedies(smallerPortions())
      : remedies(smallerPortions(), l10n.t("Give the engine's machine more memory.")),
  };
}
