import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { exists } from '../../../src/base/files.ts';
import { Opened } from '../support/opened.ts';
import { VsCodeWindow } from '../support/window.ts';
import { exampleProject } from '../support/workspaces.ts';

describe('a hostile workspace', function () {
  this.timeout(180_000);
  const opened = new Opened();
  let server: Server;
  let connections = 0;
  afterEach(async () => {
    await opened.close();
    server.close();
  });

  /** Points every setting and key at our listener, and has a program named where one could be. */
  async function hostileWorkspace(parent: string): Promise<string> {
    const folder = await exampleProject(parent);
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const program = join(folder, 'program.sh');
    await writeFile(program, `#!/bin/sh\ntouch ${join(folder, 'mark')}\n`);
    await chmod(program, 0o755);
    await mkdir(join(folder, '.vscode'), { recursive: true });
    const settings = {
      'juliaKaggle.apiUrl': url,
      'juliaKaggle.juliaServer': url,
      'juliaKaggle.dockerContext': `$(${program})`,
      'juliaKaggle.image': `127.0.0.1:${port}/image`,
      'http.proxy': url,
    };
    await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));
    const config = `competition = "harbour-tides"\n[image]\nname = "127.0.0.1:${port}/image"\n[run]\nscript = "program.sh"\nargs = ["$(${program})"]\n`;
    await writeFile(join(folder, 'JuliaKaggle.toml'), config);
    execFileSync('git', ['init', '-q'], { cwd: folder });
    for (const name of ['core.fsmonitor', 'filter.evil.clean'])
      execFileSync('git', ['config', name, program], { cwd: folder });
    await writeFile(join(folder, '.gitattributes'), '* filter=evil\n');
    return folder;
  }

  it('runs nothing, asks nobody and writes nothing until it is trusted', async () => {
    server = createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const window = opened.add(
      await VsCodeWindow.open({
        workspace: hostileWorkspace,
        trusted: false,
        environment: { KAGGLE_USERNAME: 'ada', KAGGLE_KEY: 'of-no-use' },
      }),
    );
    await window.openContainer('Julia on Kaggle');
    await window.page.getByText('In Restricted Mode nothing is run.').waitFor();
    await window.picture('untrusted');
    await window.page.keyboard.press('Control+P');
    await window.page.locator('.quick-input-widget input').first().fill('JuliaKaggle.toml');
    await window.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'JuliaKaggle.toml' })
      .first()
      .waitFor();
    await window.page.keyboard.press('Enter');
    await window.page.locator('.editor-instance .view-line', { hasText: 'harbour-tides' }).first().waitFor();
    await window.typeIntoPalette('Julia on Kaggle: ');
    await window.paletteEntry('Show Log').first().waitFor();
    for (const command of ['Run a Stage', 'Julia on Kaggle: Submit'])
      assert.equal(await window.paletteEntry(command).count(), 0);
    await window.page.keyboard.press('Escape');
    assert.equal(connections, 0);
    assert.equal(await exists(join(window.folder, 'mark')), false);
    assert.equal(await exists(join(window.folder, '.julia-kaggle')), false);

    // That there was something to keep from running: trusted, the same window begins at once.
    await window.page.getByRole('button', { name: 'Manage Workspace Trust' }).click();
    await window.page
      .locator('.workspace-trust-editor')
      .getByRole('button', { name: 'Trust', exact: true })
      .click();
    await window.statusItem.waitFor();
    await window.panel.getByRole('button', { name: 'Submit to harbour-tides' }).waitFor();
    // The editor of trust is modal: while it is open, no key opens the palette.
    await window.page.getByRole('button', { name: 'Close Modal Editor' }).click();
    await window.page.getByText('You trust this folder').waitFor({ state: 'hidden' });
    await window.typeIntoPalette('Julia on Kaggle: Submit');
    await window.paletteEntry('Julia on Kaggle: Submit').first().waitFor();
  });
});
