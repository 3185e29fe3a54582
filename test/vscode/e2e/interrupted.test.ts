import { silentEngine } from '../support/engines.ts';
import { Opened } from '../support/opened.ts';
import { VsCodeWindow } from '../support/window.ts';
import { exampleProject } from '../support/workspaces.ts';

describe('a run in a window that is reloaded', () => {
  const opened = new Opened();
  after(opened.close);

  it('is offered to go on with, and does', async () => {
    const engine = opened.add(await silentEngine());
    const environment = { DOCKER_HOST: engine.address };
    const window = opened.add(await VsCodeWindow.open({ workspace: exampleProject, environment }));
    await window.openContainer('Julia on Kaggle');
    await window.runStage('Build');
    await window.stage('build').locator('.word', { hasText: 'Running' }).waitFor();
    await window.reload({});
    const question = window.notification(
      'The run of Inference was interrupted when the window closed, at: Build.',
    );
    await question.waitFor();
    await window.picture('interrupted');
    await question.getByRole('button', { name: 'Go On' }).click();
    await window.statusItem.filter({ hasText: 'Build' }).waitFor();
    await window.runCommand('Julia on Kaggle: Cancel');
    await window.statusItem.filter({ hasText: 'Build' }).waitFor({ state: 'hidden' });
  });
});
