import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { METHOD_NAMES } from '../../../src/sandbox/rpc/method-names.ts';
import { rpcServices } from '../../../src/sandbox/server.ts';
import type { Services } from '../../../src/sandbox/services.ts';

describe('sandbox: the methods that faults can be set for', () => {
  it('are all that the API has', () => {
    // The methods take what they need when they are called, which is never here.
    const services = rpcServices({} as Services, 'image');
    const names = Object.values(services).flatMap((methods) => Object.keys(methods));
    assert.deepEqual([...METHOD_NAMES].sort(), names.sort());
  });
});
