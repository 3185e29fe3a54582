import { strict as assert } from 'node:assert';
import { isOffered, isTakeable } from '../../../src/host/panel/panel-model.ts';
import { present } from '../../../src/host/panel/present.ts';
import { EMPTY_VIEW } from '../../../src/host/run/run-view.ts';
import { parseFromPanel, parseToPanel } from '../../../src/protocol/messages.ts';

describe('messages of the page', () => {
  const good = [
    { kind: 'ready', logs: ['build'] },
    { kind: 'follow-log', stage: 'test', on: true },
    { kind: 'plan' },
    { kind: 'accept-plan' },
    { kind: 'decline-plan' },
    { kind: 'open-source' },
    { kind: 'mend', fact: 'engine', label: 'Look Again' },
    { kind: 'run-stage', stage: 'rehearse' },
    { kind: 'cancel' },
    { kind: 'show-log' },
    { kind: 'take-remedy', command: 'mode depot' },
    { kind: 'open', url: 'https://www.kaggle.com/settings/api' },
  ];
  for (const message of good) {
    it(`${message.kind} is understood`, () => assert.deepEqual(parseFromPanel(message), message));
  }

  const bad = {
    'another kind': { kind: 'delete-everything' },
    'a stage that there is not': { kind: 'run-stage', stage: 'rm' },
    'a stage that is missing': { kind: 'run-stage' },
    'a command in place of an address': { kind: 'open', url: 'command:workbench.action.quit' },
    'a file in place of an address': { kind: 'open', url: 'file:///etc/passwd' },
    'more than there should be': { kind: 'plan', folder: '/' },
    'a fact that there is not': { kind: 'mend', fact: 'rm', label: 'x' },
    nothing: undefined,
    text: 'plan',
  };
  for (const [what, message] of Object.entries(bad)) {
    it(`${what} is refused`, () => assert.equal(parseFromPanel(message), undefined));
  }
});

describe('messages of the host', () => {
  const state = present(undefined, EMPTY_VIEW);

  it('are understood: the state, and lines of a log', () => {
    assert.deepEqual(parseToPanel({ kind: 'state', state }), { kind: 'state', state });
    const log = { kind: 'log', stage: 'build', run: 1, first: 0, lines: ['a'] };
    assert.deepEqual(parseToPanel(log), log);
  });

  it('are refused when they are of another form', () => {
    assert.equal(parseToPanel({ kind: 'state', state: { ...state, stages: 'none' } }), undefined);
    assert.equal(parseToPanel({ kind: 'log', stage: 'build', run: 1, first: 0, lines: [1] }), undefined);
  });
});

describe('addresses that the page asks for', () => {
  const state = {
    ...present(undefined, EMPTY_VIEW),
    problem: {
      title: 'x',
      offers: [{ command: 'login', label: 'g', enabled: true }],
      remedies: [
        { text: 'a' },
        { text: 'b', url: 'https://docs.docker.com/' },
        { text: 'c', action: { command: 'mode depot', label: 'd', enabled: true } },
        { text: 'e', action: { command: 'run --fresh build', label: 'f', enabled: false } },
      ],
    },
    submission: { state: 'done' as const, text: 'y', url: 'https://www.kaggle.com/s/1' },
  };

  it('are opened when the page shows them', () => {
    assert.equal(isOffered('https://docs.docker.com/', state), true);
    assert.equal(isOffered('https://www.kaggle.com/s/1', state), true);
  });

  it('lead to a remedy that the page offers now, and to no other', () => {
    assert.equal(isTakeable('mode depot', state), true);
    assert.equal(isTakeable('login', state), true);
    assert.equal(isTakeable('mode app', state), false);
    assert.equal(isTakeable('run --fresh build', state), false);
  });

  it('are not opened otherwise', () => assert.equal(isOffered('https://example.com/', state), false));
});
