import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { holdsHome, isPrivate, type Machine } from '../../../src/base/private-places.ts';

const MACHINES = {
  linux: { homeFolder: '/home/ada', platform: 'linux', environment: {} },
  darwin: { homeFolder: '/Users/ada', platform: 'darwin', environment: {} },
  win32: { homeFolder: 'C:\\Users\\ada', platform: 'win32', environment: {} },
} as const satisfies Record<string, Machine>;

/** Below the home folder, as a project might name them. */
const PRIVATE: Readonly<Record<keyof typeof MACHINES, readonly string[]>> = {
  linux: ['.ssh', '.aws', '.gnupg', '.kaggle', '.config/gcloud', '.config/gh', '.azure', '.docker', '.kube'],
  darwin: ['.netrc', '.git-credentials', '.julia/servers', 'Library/Keychains', 'Library/Cookies'],
  win32: [
    ...['.ssh', '.kaggle', 'AppData/Roaming/gcloud', 'AppData/Roaming/Microsoft/Credentials'],
    ...['AppData/Roaming/Microsoft/Protect', 'AppData/Local/Google/Chrome', 'AppData/Roaming/Mozilla'],
  ],
};

const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,6}$/);

/** The same path in another form: with detours, doubled separators, other case, and a way further down. */
const form = fc.record({
  detours: fc.array(fc.tuple(name, fc.constantFrom('', '.', '..')), { maxLength: 4 }),
  doubled: fc.boolean(),
  upper: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  below: fc.array(name, { maxLength: 3 }),
  trailing: fc.boolean(),
  end: fc.constantFrom('', '.', ' ', '..', '::$DATA'),
  prefix: fc.constantFrom('', '\\\\?\\', '\\\\.\\'),
  forward: fc.boolean(),
});
type Form = typeof form extends fc.Arbitrary<infer T> ? T : never;

function inForm(parts: readonly string[], platform: keyof typeof MACHINES, how: Form): string {
  const isWindows = platform === 'win32';
  const cased = parts.map((part) =>
    part.replace(/./g, (letter, at: number) => (how.upper[at % 8] === true ? letter.toUpperCase() : letter)),
  );
  const steps = cased.flatMap((part, at) => {
    const [aside, kind] = how.detours[at] ?? ['', ''];
    if (kind === '.') return ['.', part];
    return kind === '..' ? [aside, '..', part] : [part];
  });
  const end = isWindows && how.below.length === 0 ? how.end : '';
  const all = [...steps.slice(0, -1), `${steps.at(-1) ?? ''}${end}`, ...how.below];
  const separator = isWindows && !how.forward ? '\\' : '/';
  const path = all.join(how.doubled && !isWindows ? '//' : separator);
  const trailing = how.trailing && end === '' ? separator : '';
  return isWindows
    ? `${how.forward ? '' : how.prefix}C:${separator}${path}${trailing}`
    : `/${path}${trailing}`;
}

const platforms = fc.constantFrom(...(Object.keys(MACHINES) as (keyof typeof MACHINES)[]));

describe('places of credentials', () => {
  it('are known in every form of their path', () => {
    fc.assert(
      fc.property(platforms, fc.nat(), form, (platform, which, how) => {
        const machine = MACHINES[platform];
        const place = PRIVATE[platform][which % PRIVATE[platform].length] ?? '';
        const home = machine.homeFolder.replace(/^C:/, '').split(/[\\/]/).filter(Boolean);
        const path = inForm([...home, ...place.split('/')], platform, how);
        assert.ok(isPrivate(path, machine), path);
      }),
    );
  });

  it('are not what lies beside them, nor what has their name elsewhere', () => {
    fc.assert(
      fc.property(platforms, fc.nat(), name, (platform, which, other) => {
        const machine = MACHINES[platform];
        const place = PRIVATE[platform][which % PRIVATE[platform].length] ?? '';
        assert.ok(!isPrivate(`${machine.homeFolder}/${place}${other}`, machine));
        assert.ok(!isPrivate(`${machine.homeFolder}/code/${other}/${place}`, machine));
        assert.ok(!isPrivate(`/srv/${other}/${place}`, machine));
      }),
    );
  });

  it('are those of other users and of the system too', () => {
    for (const path of [
      '/root/.ssh',
      '/home/bob/.aws/credentials',
      '/etc/shadow',
      '/proc/1/environ',
      '/sys',
      '/dev/sda',
    ])
      assert.ok(isPrivate(path, MACHINES.linux), path);
    assert.ok(isPrivate('/mnt/c/Users/bob/.ssh', MACHINES.linux));
    assert.ok(isPrivate('/System/Volumes/Data/Users/ada/.ssh', MACHINES.darwin));
    assert.ok(isPrivate('/private/etc/ssh/key', MACHINES.darwin));
    // Letters that file systems of macOS take for an s.
    assert.ok(isPrivate('/Users/ada/.\u017f\u017fh/id', MACHINES.darwin));
    assert.ok(isPrivate('D:\\Users\\bob\\.SSH', MACHINES.win32));
    assert.ok(!isPrivate('/etc/hosts', MACHINES.linux));
  });

  it('are where variables moved them', () => {
    const environment = { XDG_CONFIG_HOME: '/conf', GNUPGHOME: '/keys', APPDATA: '' };
    const machine = { ...MACHINES.linux, environment };
    for (const path of ['/conf/gcloud/db', '/conf/gh', '/keys/x']) assert.ok(isPrivate(path, machine), path);
    for (const path of ['/conf', '/conf/tool', '/key']) assert.ok(!isPrivate(path, machine), path);
  });

  it('a home folder, and what holds one, is known as such', () => {
    for (const place of ['/', '/home', '/home/ada', '/home/ada/', '/home/bob', '/root', '/home/ada/x/..'])
      assert.ok(holdsHome(place, MACHINES.linux), place);
    for (const place of ['/home/ada/data', '/srv', '/mnt/big'])
      assert.ok(!holdsHome(place, MACHINES.linux), place);
    assert.ok(holdsHome('C:\\Users', MACHINES.win32));
    assert.ok(holdsHome('c:/users/ADA', MACHINES.win32));
    assert.ok(!holdsHome('C:\\data', MACHINES.win32));
  });
});
