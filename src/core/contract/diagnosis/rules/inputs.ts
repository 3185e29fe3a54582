import * as l10n from '@vscode/l10n';
import { DISK_FULL } from '../../../../base/files.ts';
import { compiledWhat, depotInstead } from '../remedies.ts';
import { remedies, type Rule } from './rule.ts';

function folders(): string {
  return l10n.t(
    'Take folders from the arguments ({competition}, {models}, {working} in [run] args), and list models in [models] files.',
  );
}

/**
 * What the program reads and writes: datasets, the competition, files and the disk. Wordings of our own cells, of Kaggle
 * (kaggle-api 4.2), of GNU tar 1.34 (`src/create.c`) and of Julia's and Python's exceptions for files.
 */
export const INPUT_RULES: readonly Rule[] = [
  {
    kind: 'dataset-missing',
    signs: [
      [
        /^RuntimeError: The dataset '([^']+)' is not attached/,
        "RuntimeError: The dataset 'tides-app' is not attached to this notebook.",
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t('The dataset "{0}" is not attached to the notebook.', subject),
        remedies: [
          {
            title: l10n.t('Push the notebook again: julia-kaggle run attaches what it uploaded.'),
            command: 'run',
          },
          { title: l10n.t("If you changed the notebook's inputs on Kaggle, add {0} there again.", subject) },
        ],
      }),
    },
  },
  {
    kind: 'dataset-stale',
    signs: [
      [
        /^RuntimeError: The dataset '([^']+)' attached here holds bundle/,
        "RuntimeError: The dataset 'tides-app' attached here holds bundle 1, and this notebook wants 2.",
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t(
          'The notebook was given an older version of the dataset "{0}" than it was made for.',
          subject,
        ),
        remedies: [
          {
            title: l10n.t('Push it again, so that the latest version is attached: julia-kaggle run.'),
            command: 'run',
          },
          {
            title: l10n.t(
              'On Kaggle: open the notebook, look at its inputs and update the dataset to its latest version.',
            ),
          },
        ],
      }),
    },
  },
  {
    kind: 'dataset-damaged',
    signs: [
      [
        /^RuntimeError: The dataset '([^']+)' is damaged/,
        "RuntimeError: The dataset 'tides-app' is damaged: a.txt is missing.",
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t('The dataset "{0}" does not hold the files that were uploaded.', subject),
        remedies: [
          { title: l10n.t('Upload again: julia-kaggle run sends it anew.'), command: 'run' },
          {
            title: l10n.t(
              'Kaggle unpacks files that are named like archives (.zip, .tar.gz): give models other names.',
            ),
          },
        ],
      }),
    },
  },
  {
    kind: 'competition-missing',
    signs: [
      [
        /^RuntimeError: The competition '([^']+)' is not attached/,
        "RuntimeError: The competition 'harbour-tides' is not attached to this notebook.",
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t('The data of the competition "{0}" are not attached to the notebook.', subject),
        remedies: [
          {
            title: l10n.t('Accept the rules of the competition, then run again.'),
            url: `https://www.kaggle.com/competitions/${encodeURIComponent(subject)}/rules`,
          },
        ],
      }),
    },
  },
  {
    kind: 'disk-full',
    signs: [
      [DISK_FULL, 'tar: write error: No space left on device'],
      [
        /^RuntimeError: (\/kaggle\/working) holds [\d.]+ \w+, more than the/,
        'RuntimeError: /kaggle/working holds 21.5 GB, more than the 20 GB that Kaggle saves.',
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title:
          subject === ''
            ? l10n.t('The disk is full.')
            : l10n.t('{0} holds more than Kaggle saves of a run (20 GB).', subject),
        remedies: remedies(
          l10n.t('Write what is not the result to /tmp, and remove it when it is not needed any more.'),
          l10n.t('Kaggle saves 20 GB of /kaggle/working; what lies in /tmp is not saved.'),
        ),
      }),
      build: ({ project }) => ({
        code: 'disk-full',
        title: l10n.t("The engine's disk is full: {0} could not be built.", project.name),
        remedies: remedies(l10n.t('Free some space (docker system df shows what uses it) and run again.')),
      }),
      compile: ({ project }) => ({
        code: 'disk-full',
        title: l10n.t(
          "The engine's disk is full: {0} of {1} could not be compiled.",
          compiledWhat(project),
          project.name,
        ),
        remedies: [
          {
            title: l10n.t(
              'Free some space (docker system df shows what uses it) and run again; it takes 2 GB or more.',
            ),
          },
          depotInstead(),
        ],
      }),
    },
  },
  {
    kind: 'unpack',
    signs: [
      [
        /^RuntimeError: (\S+) could not be unpacked/,
        'RuntimeError: depot.txt could not be unpacked: tar ended with 2.',
      ],
      [
        /^tar(?: \(child\))?: (\S+): Cannot open: /,
        'tar (child): /kaggle/input/x/a.txt: Cannot open: No such file or directory',
      ],
      [
        /^(?:tar: This does not look like a tar archive|gzip: stdin: (?:not in gzip format|unexpected end of file)|tar: Unexpected EOF in archive)/,
        'gzip: stdin: unexpected end of file',
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title:
          subject === ''
            ? l10n.t('A tarball could not be unpacked.')
            : l10n.t('{0} could not be unpacked.', subject),
        remedies: [
          {
            title: l10n.t('Pack and upload again: julia-kaggle run --fresh pack.'),
            command: 'run --fresh pack',
          },
          {
            title:
              subject === ''
                ? l10n.t('If that does not help, look at the files on the page of the dataset.')
                : l10n.t('If that does not help, look at {0} on the page of the dataset.', subject),
          },
        ],
      }),
    },
  },
  {
    kind: 'file-changed',
    signs: [
      [
        // tar goes on, and exits with 1.
        /^tar: (.+): (?:file changed as we read it|File removed before we read it|File shrank by .*)$/,
        'tar: .julia/logs/repl: file changed as we read it',
      ],
    ],
    says: {
      tar: ({ subject, name }) => ({
        code: 'file-changed',
        title: l10n.t('{0} changed while {1} was packed.', subject, name),
        remedies: remedies(l10n.t('Let nothing work on the depot meanwhile, and run again.')),
      }),
    },
  },
  {
    kind: 'file-unreadable',
    signs: [
      [
        // It exits with 2.
        /^tar: (.+): (?:Warning: )?(?:Cannot [^:]{1,80}|Read error at byte [^:]{1,80}): (.+)$/,
        'tar: a: Read error at byte 0, while reading 512 bytes: Input/output error',
      ],
    ],
    says: {
      tar: ({ subject, more, name }) => ({
        code: 'file-unreadable',
        title: l10n.t('{0} cannot be read for {1}: {2}.', subject, name, more),
        remedies: remedies(
          l10n.t('Leave it out ([pack] exclude), or remove the depot volume so that it is built anew.'),
        ),
      }),
    },
  },
  {
    kind: 'file-missing',
    signs: [
      [
        /SystemError: opening file "([^"]+)": No such file or directory/,
        'ERROR: SystemError: opening file "/a.csv": No such file or directory',
      ],
      [
        /IOError: \w{1,60}\("([^"]+)"[^)]{0,40}\): no such file or directory \(ENOENT\)/,
        'ERROR: IOError: readdir("/kaggle/input/images"): no such file or directory (ENOENT)',
      ],
      [
        /ArgumentError: "([^"]+)" is not a valid file or doesn't exist/,
        `ERROR: ArgumentError: "/kaggle/input/tides/test.csv" is not a valid file or doesn't exist`,
      ],
      [/could not open file (\/\S+)/, 'ERROR: could not open file /root/.julia/dev/Tides/src/no.jl'],
      [
        /^FileNotFoundError: \[Errno 2\] (?:No such file or directory|File \S+ does not exist): '([^']+)'/,
        "FileNotFoundError: [Errno 2] No such file or directory: '/kaggle/input/x.csv'",
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t('It opened {0}, which is not there.', subject),
        remedies: remedies(folders()),
      }),
      test: ({ subject, project }) => ({
        code: 'test-failed',
        title: l10n.t('{0} opened {1}, which is not there in the image.', project.run.target, subject),
        remedies: remedies(folders()),
      }),
    },
  },
  {
    kind: 'read-only',
    signs: [
      [
        /opening file "([^"]+)": Read-only file system/,
        'ERROR: SystemError: opening file "/kaggle/input/x/cache.bin": Read-only file system',
      ],
      [
        /\("([^"]+)"[^)]{0,40}\): read-only file system \(EROFS\)/,
        'ERROR: IOError: open("/kaggle/input/x/log", 65, 420): read-only file system (EROFS)',
      ],
      [
        /^OSError: \[Errno 30\] Read-only file system: '([^']+)'/,
        "OSError: [Errno 30] Read-only file system: '/kaggle/input/x'",
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t('It wanted to write {0}, and inputs are read-only.', subject),
        remedies: remedies(l10n.t('Write to {working}, which [run] args can name, or to /tmp.')),
      }),
    },
  },
  {
    kind: 'submission-missing',
    signs: [
      [
        /^RuntimeError: The run wrote no (\S+?)\. In /,
        'RuntimeError: The run wrote no submission.csv. In /kaggle/working are: a.csv',
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t('The run ended well but wrote no {0}.', subject),
        remedies: remedies(
          l10n.t(
            'Write it to {working}/{0}, or set [output] file in JuliaKaggle.toml to the name it has.',
            subject,
          ),
        ),
      }),
    },
  },
  {
    kind: 'submission-wrong',
    signs: [
      [
        /^RuntimeError: (\S+ has (?:the columns|\d+ rows|no rows|the row).*)$/,
        'RuntimeError: submission.csv has no rows.',
      ],
    ],
    says: {
      run: ({ subject }) => ({
        title: l10n.t('The submission file is not as the sample: {0}', subject),
        remedies: remedies(
          l10n.t('Compare it with the sample submission: columns, their order, one row for each id.'),
        ),
      }),
    },
  },
];
