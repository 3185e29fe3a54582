import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { nonEmpty } from './non-empty.ts';

/** The machine as far as it decides where credentials are kept. */
export interface Machine {
  readonly homeFolder: string;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  return { homeFolder: homedir(), platform: process.platform, environment: process.env };
}

/**
 * Files and folders below a home folder that hold credentials, each where its program keeps them unless told otherwise.
 * No project ever needs them as data, so that nothing of them is read, whatever the user agreed to.
 */
const BELOW_HOME = [
  // of machines and services
  ...['.ssh', '.gnupg', '.pki', '.netrc', '_netrc', '.git-credentials', '.config/git/credentials'],
  ...['.aws', '.azure', '.boto', '.s3cfg', '.config/gcloud', '.config/rclone', '.config/doctl', '.oci'],
  ...['.docker', '.kube', '.config/containers', '.vault-token', '.terraform.d', '.terraformrc'],
  ...['.config/gh', '.config/hub', '.config/glab-cli', '.config/op', '.password-store', '.pgpass', '.my.cnf'],
  // of package managers
  ...[
    '.npmrc',
    '.yarnrc.yml',
    '.pypirc',
    '.cargo/credentials',
    '.cargo/credentials.toml',
    '.gem/credentials',
  ],
  ...['.m2/settings.xml', '.julia/servers'],
  // of data science: the program's own credentials lie in `.kaggle`
  ...['.kaggle', '.config/kaggle', '.julia-kaggle-sandbox', '.huggingface', '.cache/huggingface/token'],
  ...['.config/wandb', '.config/julia-kaggle'],
  // key rings and browsers' profiles, Linux
  ...['.local/share/keyrings', '.local/share/kwalletd', '.kde/share/apps/kwallet'],
  ...['.mozilla', '.thunderbird', '.config/mozilla', '.config/google-chrome', '.config/google-chrome-beta'],
  ...[
    '.config/chromium',
    '.config/BraveSoftware',
    '.config/microsoft-edge',
    '.config/opera',
    '.config/vivaldi',
  ],
  ...['snap/firefox', 'snap/chromium', '.var/app/org.mozilla.firefox', '.var/app/com.google.Chrome'],
  // editors' secret storage
  ...['.config/Code/User/globalStorage', '.config/VSCodium/User/globalStorage'],
  // macOS
  ...['Library/Keychains', 'Library/Cookies', 'Library/Safari', 'Library/Containers/com.apple.Safari'],
  ...['Firefox', 'Google/Chrome', 'Chromium', 'BraveSoftware', 'Microsoft Edge', 'Vivaldi', 'gcloud'].map(
    (name) => `Library/Application Support/${name}`,
  ),
  'Library/Application Support/Code/User/globalStorage',
  // Windows
  ...['gcloud', 'GitHub CLI', 'Mozilla', 'gnupg', 'NuGet', 'Code/User/globalStorage', 'rclone'].flatMap(
    roaming,
  ),
  ...['Credentials', 'Crypto', 'Protect', 'Vault', 'SystemCertificates'].flatMap((name) => [
    ...roaming(`Microsoft/${name}`),
    ...local(`Microsoft/${name}`),
  ]),
  ...['Google/Chrome', 'Microsoft/Edge', 'BraveSoftware', 'Chromium', 'Mozilla', 'Vivaldi'].flatMap(local),
];

function roaming(name: string): string[] {
  return [`AppData/Roaming/${name}`];
}

function local(name: string): string[] {
  return [`AppData/Local/${name}`];
}

/** The machine's own: what tells of processes, devices and accounts. Windows' drive is any. */
const OF_SYSTEM = [
  ...[
    '/proc',
    '/sys',
    '/dev',
    '/etc/shadow',
    '/etc/shadow-',
    '/etc/gshadow',
    '/etc/gshadow-',
    '/etc/sudoers',
  ],
  ...['/etc/sudoers.d', '/etc/ssh', '/etc/ssl/private', '/etc/kubernetes', '/etc/master.passwd'],
  ...['/run/secrets', '/run/user', '/run/credentials', '/var/run', '/var/lib/docker', '/var/db/dslocal'],
  '/Library/Keychains',
  ...['/Windows/System32/config', '/ProgramData/Microsoft/Crypto', '/ProgramData/ssh'],
];

/** Where people's home folders are, besides the user's own; `*` is one name. */
const HOMES = ['/root', '/var/root', '/home/*', '/Users/*'];

/** Variables that move what lies below a home folder. */
const MOVED: Readonly<Record<string, string>> = {
  XDG_CONFIG_HOME: '.config',
  XDG_DATA_HOME: '.local/share',
  XDG_CACHE_HOME: '.cache',
  APPDATA: 'AppData/Roaming',
  LOCALAPPDATA: 'AppData/Local',
};

/** Variables that name one such file or folder itself. */
const NAMED = [
  ...['GNUPGHOME', 'CLOUDSDK_CONFIG', 'AZURE_CONFIG_DIR', 'GH_CONFIG_DIR', 'DOCKER_CONFIG', 'NETRC'],
  ...['AWS_SHARED_CREDENTIALS_FILE', 'GOOGLE_APPLICATION_CREDENTIALS', 'KUBECONFIG'],
];

/**
 * Pure: whether this file or folder holds credentials, or lies in a folder that does: by its path, in whatever form the
 * platform takes it. Case never matters, since there are file systems for which it does not.
 */
export function isPrivate(path: string, machine: Machine): boolean {
  const parts = partsOf(path, machine.platform);
  return patternsOf(machine).some((pattern) => begins(parts, pattern));
}

/** Pure: whether this is a place of credentials, or there may be one below it. */
export function mayHoldPrivate(folder: string, machine: Machine): boolean {
  const parts = partsOf(folder, machine.platform);
  return patternsOf(machine).some((pattern) => begins(parts, pattern) || begins(pattern, parts));
}

/** Pure: whether a place is a home folder or holds one: nobody means all of that to be read. */
export function holdsHome(place: string, machine: Machine): boolean {
  const parts = partsOf(place, machine.platform);
  return homesOf(machine).some((home) => home.length >= parts.length && begins(home, parts));
}

const known = new WeakMap<Machine, readonly string[][]>();

/** All places of credentials of a machine, each as its names. A walk asks for every file. */
function patternsOf(machine: Machine): readonly string[][] {
  const before = known.get(machine);
  if (before !== undefined) return before;
  const { environment, platform } = machine;
  const moved = Object.entries(MOVED).flatMap(([name, folder]) => {
    const there = nonEmpty(environment[name]);
    const below = BELOW_HOME.filter((each) => each.startsWith(`${folder}/`));
    return there === undefined
      ? []
      : below.map((each) => [...partsOf(there, platform), ...namesOf(each.slice(folder.length))]);
  });
  const named = NAMED.flatMap((name) => {
    const there = nonEmpty(environment[name]);
    return there === undefined ? [] : [partsOf(there, platform)];
  });
  const below = BELOW_HOME.map(namesOf);
  const homes = homesOf(machine).flatMap((home) => below.map((names) => [...home, ...names]));
  const patterns = [...OF_SYSTEM.map(namesOf), ...homes, ...moved, ...named].filter(
    ({ length }) => length > 0,
  );
  known.set(machine, patterns);
  return patterns;
}

function homesOf({ homeFolder, platform }: Machine): string[][] {
  return [partsOf(homeFolder, platform), ...HOMES.map(namesOf)];
}

/** Whether one list of names begins with the other; in either `*` stands for any name. */
function begins(parts: readonly string[], start: readonly string[]): boolean {
  return (
    start.length <= parts.length &&
    start.every((part, at) => part === parts[at] || part === '*' || parts[at] === '*')
  );
}

/** Of the lists above. */
function namesOf(path: string): string[] {
  return partsOf(path, 'linux');
}

/** Windows' drives seen from its own Linux: below them its home folders are as on Windows. */
const DRIVE_OF_WINDOWS = /^\/mnt\/[a-z](?=\/|$)/i;

/** The names that a path consists of, without a drive, in one form for all that mean the same file. */
function partsOf(path: string, platform: NodeJS.Platform): string[] {
  const plain =
    platform === 'win32'
      ? win32
          .normalize(path.replace(/^[\\/]{2}[?.][\\/]/, ''))
          .replace(/^[a-z]:/i, '')
          .split(/[\\/]/)
          // Windows passes over these at the end of a name, and streams of a file are the file's own.
          .map((name) => name.replace(/:.*$/, '').replace(/[. ]+$/, ''))
          .join('/')
      : posix.normalize(path);
  // macOS: one folder under two addresses (firmlinks), and what is a link to `/private`.
  const direct =
    platform === 'darwin' ? plain.replace(/^\/(System\/Volumes\/Data|private)(?=\/)/i, '') : plain;
  return direct
    .replace(DRIVE_OF_WINDOWS, '')
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .map(folded);
}

/** Letters that some file system takes for the same become the same. */
function folded(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase();
}
