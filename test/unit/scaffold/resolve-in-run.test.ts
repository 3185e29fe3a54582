import assert from 'node:assert/strict';
import { join } from 'node:path';
import { UserError } from '../../../src/base/errors.ts';
import type { ResolveRequest } from '../../../src/core/scaffold/resolve-input.ts';
import { resolveInRun } from '../../../src/core/scaffold/resolve-in-run.ts';
import { tempFolder } from '../../support/temp.ts';

const failure = (command?: string): UserError =>
  new UserError({
    code: 'manifest-missing',
    title: 'No Manifest.',
    actions: [{ title: 'Resolve it: julia-kaggle resolve', ...(command !== undefined && { command }) }],
  });

/** Whether it would begin to resolve, and what was asked before: the outside world is missing here. */
async function attempt(manifest: string, command: string | undefined, answer?: boolean) {
  const folder = await tempFolder({ 'JuliaKaggle.toml': `competition = "titanic"\n${manifest}` });
  const asked: string[] = [];
  const begun = new Error('it begins');
  const request = {
    folder: join(folder),
    get ports(): never {
      throw begun;
    },
  } as unknown as ResolveRequest;
  const offer = ({ title }: UserError): Promise<boolean> => {
    asked.push(title);
    return Promise.resolve(answer === true);
  };
  const ask = answer === undefined ? undefined : { offer, write: () => Promise.resolve(true) };
  try {
    return { asked, result: await resolveInRun(failure(command), request, ask) };
  } catch (error) {
    assert.equal(error, begun);
    return { asked, result: 'begins' };
  }
}

describe('a run whose project has no Manifest that fits', () => {
  const NEVER = '[manifest]\nresolve = "never"\n';
  const MISSING = '[manifest]\nresolve = "when missing"\n';
  const RESOLVE = 'resolve --write';

  it('asks, and resolves it where somebody agrees', async () => {
    assert.deepEqual(await attempt('', RESOLVE, true), { asked: ['No Manifest.'], result: 'begins' });
    assert.deepEqual(await attempt('', RESOLVE, false), { asked: ['No Manifest.'], result: false });
    assert.deepEqual(await attempt('', RESOLVE), { asked: [], result: false });
  });

  it('resolves it unasked, or never, where JuliaKaggle.toml says so', async () => {
    assert.deepEqual(await attempt(MISSING, RESOLVE), { asked: [], result: 'begins' });
    assert.deepEqual(await attempt(NEVER, RESOLVE, true), { asked: [], result: false });
  });

  it('asks all the same before a package is added, and does nothing about other failures', async () => {
    assert.deepEqual(await attempt(MISSING, 'resolve add CSV'), { asked: [], result: false });
    assert.deepEqual(await attempt(MISSING, 'resolve add CSV', true), {
      asked: ['No Manifest.'],
      result: 'begins',
    });
    assert.deepEqual(await attempt(MISSING, 'choose-entry', true), { asked: [], result: false });
    assert.deepEqual(await attempt(MISSING, undefined, true), { asked: [], result: false });
  });
});
