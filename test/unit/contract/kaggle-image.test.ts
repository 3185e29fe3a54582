import assert from 'node:assert/strict';
import {
  estimatedBytes,
  kaggleImageFor,
  noSpaceFor,
  pinnedImage,
} from '../../../src/core/contract/image/kaggle-image.ts';

const HASH = `sha256:${'c1'.repeat(32)}`;

describe('pinnedImage', () => {
  it('is the digest of an image of Kaggle’s, CPU or GPU', () => {
    for (const repository of ['gcr.io/kaggle-images/python', 'gcr.io/kaggle-gpu-images/python']) {
      const digest = `${repository}@${HASH}`;
      assert.equal(pinnedImage({ digest }), digest);
    }
  });

  it('is nothing for what Kaggle does not know', () => {
    for (const digest of [
      undefined,
      `127.0.0.1:5000/kaggle-images/python@${HASH}`,
      `gcr.io/kaggle-images/rstats@${HASH}`,
      `gcr.io/kaggle-images/python-mine@${HASH}`,
      'gcr.io/kaggle-images/python@sha256:1234',
      'gcr.io/kaggle-images/python',
    ])
      assert.equal(pinnedImage({ digest }), undefined, digest);
  });
});

describe('the space for an image', () => {
  it('is known of Kaggle’s, whatever the tag or digest', () => {
    for (const name of [
      kaggleImageFor('none'),
      kaggleImageFor('NvidiaTeslaT4'),
      'gcr.io/kaggle-images/python:v170',
      `gcr.io/kaggle-gpu-images/python@${HASH}`,
    ])
      assert.equal(estimatedBytes(name), 23e9, name);
    assert.equal(estimatedBytes('127.0.0.1:5000/kaggle-images/python:1'), undefined);
  });

  it('is refused with what is needed, what there is and a way around', () => {
    const error = noSpaceFor('gcr.io/kaggle-images/python', { freeBytes: 12e9, totalBytes: 60e9 });
    assert.equal(error?.code, 'disk-full');
    assert.match(error.title, /needs about 23\.0 GB, and the engine's disk has 12\.0 GB free/);
    assert.match(JSON.stringify(error.actions), /docker pull.*JULIA_KAGGLE_DISK_CHECK=off/);
  });

  it('is not refused when it fits, or when nothing is known', () => {
    assert.equal(noSpaceFor('gcr.io/kaggle-images/python', { freeBytes: 23e9, totalBytes: 60e9 }), undefined);
    assert.equal(noSpaceFor('gcr.io/kaggle-images/python', undefined), undefined);
    assert.equal(noSpaceFor('my/image', { freeBytes: 1, totalBytes: 2 }), undefined);
  });
});
