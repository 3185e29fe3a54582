import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { openBrowser } from '../../src/cli/open-browser.ts';
import type { Around } from '../../src/host/around.ts';
import { ownEditor } from '../../src/host/editor/editor.ts';
import { Pages } from '../../src/host/editor/pages.ts';
import { Settings } from '../../src/host/editor/settings.ts';
import { ProjectFacts } from '../../src/host/project/facts.ts';
import { beginSubmissions } from '../../src/host/submissions/begin.ts';
import { EditorDouble } from '../support/editor-double.ts';
import { tempFolder } from '../support/temp.ts';
import { plant } from '../support/stranger.ts';
import { attack } from './attack.ts';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const ADDRESSES = 'base/addresses';
const HONEST = 'https://www.kaggle.com/competitions/titanic/submissions';
const LOCAL = 'http://127.0.0.1:4711';

/** Addresses as they may stand in a record that came with a project, or in an answer of a server. */
const HOSTILE: Readonly<Record<string, string>> = {
  'a file': 'file:///etc/passwd',
  'a program of a share': 'file://server/share/evil.exe',
  'the editor itself': 'vscode://vscode.git/clone?url=ssh://evil.example/x',
  "the editor's newer name": 'vscode-insiders://evil.extension/run',
  'a command of the editor': 'command:workbench.action.terminal.sendSequence?%7B%7D',
  'a script': 'javascript:alert(1)',
  'a page that is its own address': 'data:text/html,<script>alert(1)</script>',
  "a blob under Kaggle's name": 'blob:https://www.kaggle.com/5f0c1d5e',
  'a secure shell': 'ssh://-oProxyCommand=touch%20x/',
  'a share of Windows': 'smb://evil.example/x',
  'a handler of Windows': 'ms-msdt:/id PCWDiagnostic',
  'a mail': 'mailto:a@evil.example?attach=/etc/passwd',
  'another host': 'https://evil.example/competitions/titanic',
  'another host without TLS': 'http://evil.example/',
  'Kaggle without TLS': 'http://www.kaggle.com/competitions/titanic',
  'a host that begins like Kaggle': 'https://www.kaggle.com.evil.example/',
  'a host that ends like Kaggle': 'https://evilkaggle.com/',
  'a host of other letters': 'https://www.k\u0430ggle.com/',
  'a user name that looks like Kaggle': 'https://www.kaggle.com@evil.example/',
  'a backslash before the host': 'https://www.kaggle.com\\@evil.example/@evil.example',
  'a name and password at Kaggle': 'https://ada:secret@www.kaggle.com/',
  'another port of Kaggle': 'https://www.kaggle.com:8443/',
  'another server on this machine': 'http://127.0.0.1:8888/api/kernels',
  'this machine by its name': 'http://localhost:4711/',
  'a server of the local network': 'http://192.0.2.1/reboot',
  'the metadata of a cloud machine': 'http://169.254.169.254/latest/meta-data/',
  'a word': 'kaggle',
  nothing: '',
};

/** Of these there is a page to open, which is Kaggle's. */
const UNDERSTOOD_OTHERWISE = new Set(['a backslash before the host']);

/** Has the editor's own side open a submission with this address. @returns what the editor was asked to open. */
async function openedByTheEditor(url: string): Promise<readonly string[]> {
  const editor = new EditorDouble();
  editor.settings.set('apiUrl', LOCAL);
  const vs = ownEditor(editor.vs);
  const pages = new Pages(vs, new Settings(vs));
  const projects = { current: undefined };
  const facts = new ProjectFacts({ vs, projects, core: never, log: { error: () => assert.fail() } });
  const { commands } = beginSubmissions({ vs, pages } as Around, facts, () => undefined);
  const command = commands?.find(({ id }) => id === 'juliaKaggle.openSubmission');
  await command?.run({ kind: 'submission', item: { row: { url } } });
  return editor.opened;
}

const never = { project: () => assert.fail(), kaggle: () => assert.fail() };

/** Has the command line open this address and then an honest one. @returns what the program was given, in order. */
async function openedByTheCommandLine(url: string): Promise<readonly string[]> {
  const root = await tempFolder();
  const given: string[] = [];
  const server = createServer((request, response) => {
    given.push(decodeURIComponent(new URL(request.url ?? '', LOCAL).search.slice(1)));
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const send = `exec ${process.execPath} -e 'fetch("http://127.0.0.1:${port}/?" + encodeURIComponent(process.argv[1]))' -- "$1"`;
  await plant({ mark: '' }, join(root, 'xdg-open'), send);
  const environment = { PATH: `${root}:/usr/bin:/bin`, DISPLAY: ':9' };
  for (const address of [url, HONEST]) {
    const arrived = once(server, 'request');
    await openBrowser(address, LOCAL, 'linux', environment);
    if (address === HONEST) await arrived;
  }
  server.close();
  return given;
}

describe('attacks by addresses that are opened', function () {
  this.timeout(60_000);

  for (const [name, url] of Object.entries(HOSTILE))
    attack('L4', `${name}, in a record that comes with a project`, ADDRESSES, async () => {
      const opened = await openedByTheEditor(url);
      if (!UNDERSTOOD_OTHERWISE.has(name)) assert.deepEqual(opened, []);
      for (const page of opened) assert.match(page, /^https:\/\/www\.kaggle\.com\/@/);
      // The same way is open to Kaggle and to the local Kaggle.
      assert.deepEqual(await openedByTheEditor(HONEST), [HONEST]);
      assert.deepEqual(await openedByTheEditor(`${LOCAL}/code/ada/x`), [`${LOCAL}/code/ada/x`]);
    });

  for (const name of ['a file', 'a script', 'another host', 'another server on this machine'])
    attack('L4', `${name}, at the sign-in of the command line`, ADDRESSES, async () => {
      assert.deepEqual(await openedByTheCommandLine(HOSTILE[name] ?? ''), [HONEST]);
    });

  attack('L4', 'an option of the program that opens the browser', ADDRESSES, async () => {
    assert.deepEqual(await openedByTheCommandLine('--help'), [HONEST]);
  });
});
