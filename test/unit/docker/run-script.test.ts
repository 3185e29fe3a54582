import assert from 'node:assert/strict';
import { runScript } from '../../../src/docker/run-script.ts';
import { SPEC } from '../../support/docker-link.ts';
import { playedEngine } from '../../support/played-engine.ts';

/** Lines such as `= 7` tell a number. */
function numberIn(line: string): number | undefined {
  const [, digits] = /^= (\d+)/.exec(line) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

describe('runScript', () => {
  it('gives the exit, the facts and the other lines, and tells of each as it comes', async () => {
    const engine = playedEngine(() => ({ lines: ['hello', '= 7', 'and', '= 8 apples'], exitCode: 3 }));
    const heard: unknown[] = [];
    const ended = await runScript(engine, {
      ...SPEC,
      read: numberIn,
      onFact: (fact) => heard.push(fact),
      onLine: (stream, line) => heard.push(`${stream}: ${line}`),
    });
    assert.deepEqual(ended, {
      exit: { exitCode: 3, outOfMemory: false },
      facts: [7, 8],
      lines: ['hello', 'and'],
    });
    assert.deepEqual(heard, ['stdout: hello', 7, 'stdout: and', 8]);
    assert.deepEqual(engine.created, [SPEC]);
  });

  it('gives what is found in the container afterwards, and no facts where none are read', async () => {
    const engine = playedEngine(() => ({ lines: ['= 7'] }));
    const found = await runScript(engine, SPEC, ({ facts, lines }, { id }) =>
      Promise.resolve({ id, facts, lines }),
    );
    assert.deepEqual(found, { id: 'played', facts: [], lines: ['= 7'] });
  });

  it('takes no more facts than memory is meant for, of a program that tells them without end', async () => {
    const long = `= 1 ${'x'.repeat(1_000_000)}`;
    const engine = playedEngine(() => ({ lines: Array.from({ length: 300 }, () => long) }));
    const { facts, lines } = await runScript(engine, { ...SPEC, read: numberIn });
    assert.ok(facts.length < 100, `${facts.length}`);
    assert.ok(lines.length > 0 && lines.join('').length < 5_000_000);
  });
});
