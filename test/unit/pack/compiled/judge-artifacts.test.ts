import assert from 'node:assert/strict';
import { type FoundArtifact, judgeArtifacts } from '../../../../src/core/pack/compiled/judge-artifacts.ts';

const found = (hash: string, use: FoundArtifact['use'], bytes = 1): FoundArtifact => ({ hash, bytes, use });

function judge(keep: string[] = [], exclude: string[] = []): ReturnType<typeof judgeArtifacts> {
  return judgeArtifacts({
    found: [found('aa', 'read'), found('bb', 'unread', 9), found('cc', 'unknown')],
    names: new Map([['bb', 'Toolkit']]),
    keep,
    exclude,
  });
}

describe('the artifacts of an app', () => {
  it('stay unless it is known that nothing read them, and each has its reason', () => {
    assert.deepEqual(judge(), [
      {
        ...{ hash: 'bb', use: 'unread', name: 'Toolkit', bytes: 9, kept: false },
        why: 'the run on the sample data read nothing of it',
      },
      {
        hash: 'aa',
        use: 'read',
        name: 'aa',
        bytes: 1,
        kept: true,
        why: 'the run on the sample data read it',
      },
      {
        ...{ hash: 'cc', use: 'unknown', name: 'cc', bytes: 1, kept: true },
        why: 'it cannot be known whether it is used: the file system keeps no times of access',
      },
    ]);
  });

  it('follow JuliaKaggle.toml first, by name, by hash and by path', () => {
    const told = judge(['Toolkit'], ['artifacts/aa', 'cc']).map(({ name, kept, why }) => [name, kept, why]);
    assert.deepEqual(told, [
      ['Toolkit', true, 'kept by JuliaKaggle.toml'],
      ['aa', false, 'excluded in JuliaKaggle.toml'],
      ['cc', false, 'excluded in JuliaKaggle.toml'],
    ]);
  });

  it('go where they are both kept and excluded', () => {
    assert.equal(judge(['Toolkit'], ['Toolkit'])[0]?.kept, false);
  });

  it('come largest first, and in one order where they are of one size', () => {
    const judged = judgeArtifacts({
      found: [found('cc', 'read', 2), found('aa', 'read', 2), found('bb', 'read', 5), found('ab', 'read', 2)],
      names: new Map(),
      keep: [],
      exclude: [],
    });
    assert.deepEqual(
      judged.map(({ hash }) => hash),
      ['bb', 'aa', 'ab', 'cc'],
    );
  });
});
