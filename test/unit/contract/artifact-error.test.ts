import assert from 'node:assert/strict';
import { explainBuild } from '../../../src/core/build/explain.ts';
import { aProject } from '../../support/artefacts.ts';

/** What a user is told of the artifact `weights` after this log. */
function told(...lines: string[]) {
  const error = explainBuild(aProject({ name: 'Tides' }), 1, lines);
  return [error.code, error.title, error.actions.map(({ title }) => title)];
}

describe('an artifact that could not be had', () => {
  it('was not reached', () => {
    assert.deepEqual(told('     Failure artifact: weights'), [
      'artifact-missing',
      'The artifact "weights" could not be downloaded while building Tides.',
      ['Check its URL in Artifacts.toml and the network of the engine, then run again.'],
    ]);
  });

  it('or had another content, by a proxy or by a hand of one’s own', () => {
    assert.deepEqual(told('     Failure artifact: weights', 'Tree Hash Mismatch!'), [
      'checksum-mismatch',
      'The artifact "weights" arrived with another content than Artifacts.toml says.',
      [
        'Run again: a proxy or a mirror may have changed it.',
        'If it is yours and has changed: make its hashes in Artifacts.toml anew (bind_artifact!).',
      ],
    ]);
  });
});
