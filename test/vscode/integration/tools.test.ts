import { strict as assert } from 'node:assert';
import { LanguageModelTextPart, lm, workspace } from 'vscode';
import { innards } from './support.ts';

/** What a tool tells. A window that runs tests shows no dialog and takes each for confirmed. */
async function use(name: string): Promise<Record<string, unknown>> {
  const { content } = await lm.invokeTool(name, { input: {}, toolInvocationToken: undefined });
  const [part] = content;
  assert.ok(part instanceof LanguageModelTextPart);
  return JSON.parse(part.value) as Record<string, unknown>;
}

describe('the tools for language models', () => {
  before(innards);

  it('are known to the editor, with what they do', () => {
    const own = lm.tools.filter(({ name }) => name.startsWith('julia_kaggle_'));
    assert.equal(own.length, 5);
    assert.ok(own.every(({ description }) => description.length > 50));
  });

  it('tell the state of the project without a question', async () => {
    const { name, competition } = await use('julia_kaggle_status');
    assert.deepEqual([name, competition], ['Inference', 'harbour-tides']);
  });

  it('run once the user has agreed, and explain what went wrong', async () => {
    // Far from any engine.
    const settings = workspace.getConfiguration('juliaKaggle');
    await settings.update('dockerContext', 'nowhere', true);
    try {
      const { ending, problem } = await use('julia_kaggle_rehearse');
      assert.equal(ending, 'failed');
      assert.deepEqual((await use('julia_kaggle_explain_failure'))['problem'], problem);
    } finally {
      await settings.update('dockerContext', undefined, true);
    }
  });
});
