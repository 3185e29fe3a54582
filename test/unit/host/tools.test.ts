import { strict as assert } from 'node:assert';
import packageJson from '../../../package.json' with { type: 'json' };
import { UserError } from '../../../src/base/errors.ts';
import { asking, PlayedWindow, SUBMISSION } from './window.ts';

const NEVER = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};

/** What a model that uses a tool is told, and what its user was asked before. */
async function use(window: PlayedWindow, name: string, answer: 'confirm' | 'refuse' | 'unasked' = 'confirm') {
  const tool = window.editor.tools.get(`julia_kaggle_${name}`) ?? assert.fail(`no tool ${name}`);
  const options = { input: {}, toolInvocationToken: undefined } as never;
  const prepared = answer === 'unasked' ? undefined : await tool.prepareInvocation?.(options, NEVER);
  const asked = prepared?.confirmationMessages as { title: string; message: { value: string } } | undefined;
  if (answer === 'refuse') return { asked, told: undefined };
  const result = await tool.invoke(options, NEVER);
  const [part] = (result as unknown as { content: [{ value: string }] }).content;
  return { asked, told: JSON.parse(part.value) as Record<string, unknown> };
}

const UPLOAD = { stage: 'upload', state: 'would-run', text: 'upload app (5 B)', fingerprint: 'f' } as const;

describe('the tools for language models', () => {
  it('are those of package.json, in trusted workspaces', async () => {
    const { editor } = await PlayedWindow.open();
    const named = packageJson.contributes.languageModelTools;
    assert.deepEqual([...editor.tools.keys()].sort(), named.map(({ name }) => name).sort());
    assert.ok(named.every(({ when }) => when === 'isWorkspaceTrusted'));
  });

  it('tell status and plan without a question', async () => {
    const window = await PlayedWindow.open({ previews: [UPLOAD], status: { changed: ['src/Inference.jl'] } });
    const status = await use(window, 'status');
    assert.equal(status.asked, undefined);
    assert.deepEqual([status.told?.['name'], status.told?.['changed']], ['Inference', ['src/Inference.jl']]);
    const plan = await use(window, 'plan');
    assert.deepEqual([plan.asked, plan.told], [undefined, { plan: [UPLOAD] }]);
  });

  it('explain the last failure with the end of its log, cleaned of what a terminal would obey', async () => {
    const failure = new UserError({
      code: 'test-failed',
      title: 'predict threw',
      actions: [{ title: 'Fix it.' }],
    });
    const window = await PlayedWindow.open({
      run: (_, tell) => {
        tell({ kind: 'stage-started', stage: 'test', plan: '' });
        tell({ kind: 'failed', stage: 'test', error: failure } as never);
        return Promise.reject(failure);
      },
      logs: { test: ['\u001b[31mERROR: UndefVarError: x\u001b[0m'] },
    });
    assert.deepEqual((await use(window, 'explain_failure')).told, { failure: 'none' });
    const { told } = await use(window, 'rehearse');
    assert.equal(told?.['ending'], 'failed');
    const explained = await use(window, 'explain_failure');
    assert.equal(explained.told?.['stage'], 'test');
    assert.equal((explained.told['problem'] as { code: string }).code, 'test-failed');
    assert.match(String(explained.told['log']), /ERROR: UndefVarError: x/);
    assert.ok(!JSON.stringify(explained.told).includes('\\u001b'));
  });

  it('say what leaves the machine before they submit, and ask for that once', async () => {
    const window = await PlayedWindow.open({ run: asking(), previews: [UPLOAD] });
    const { asked, told } = await use(window, 'submit');
    assert.equal(asked?.title, 'Submit Inference to harbour-tides?');
    assert.match(asked.message.value, /Upload app \\\(5 B\\\)/);
    assert.deepEqual([told?.['ending'], told?.['submission']], ['done', SUBMISSION]);
  });

  it('ask in the page where it is another upload than the one that was confirmed', async () => {
    const window = await PlayedWindow.open({ run: asking('other'), previews: [UPLOAD] });
    const used = use(window, 'submit');
    await window.answer('Submit Inference to harbour-tides?', false);
    assert.equal((await used).told?.['ending'], 'declined');
  });

  it('run nothing that was refused, or that nobody was asked', async () => {
    const window = await PlayedWindow.open({ run: asking(), previews: [UPLOAD] });
    for (const name of ['rehearse', 'submit']) {
      assert.ok((await use(window, name, 'refuse')).asked);
      const { told } = await use(await PlayedWindow.open({ run: asking() }), name, 'unasked');
      assert.deepEqual(told?.['error'], { title: 'The user was not asked.' });
    }
    assert.equal(window.requests.length, 0);
  });

  it('take no earlier question for an answer where there can be none', async () => {
    const window = await PlayedWindow.open({ run: asking(), previews: [UPLOAD] });
    assert.ok((await use(window, 'submit', 'refuse')).asked);
    window.played.noPlan = new UserError({
      code: 'config-invalid',
      title: 'JuliaKaggle.toml is damaged',
      actions: [{ title: 'Fix it.' }],
    });
    const { asked, told } = await use(window, 'submit');
    assert.equal(asked, undefined);
    assert.ok(told?.['error']);
    assert.equal(window.requests.length, 0);
  });

  it('tell why there is no plan', async () => {
    const noPlan = new UserError({
      code: 'config-invalid',
      title: 'JuliaKaggle.toml is damaged',
      actions: [{ title: 'Fix it.' }],
    });
    const window = await PlayedWindow.open({ noPlan });
    const { asked, told } = await use(window, 'submit');
    assert.equal(asked, undefined);
    assert.equal((told?.['error'] as { title: string }).title, 'JuliaKaggle.toml is damaged');
    assert.equal(window.requests.length, 0);
  });

  it('do nothing in a workspace that is not trusted', async () => {
    const window = await PlayedWindow.open({ run: asking() }, undefined, (editor) => {
      editor.isTrusted = false;
    });
    for (const name of ['status', 'plan', 'explain_failure', 'rehearse', 'submit'])
      assert.ok((await use(window, name)).told?.['error'], name);
    assert.equal(window.requests.length, 0);
  });
});
