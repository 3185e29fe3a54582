import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, it } from 'mocha';
import { tempFolder } from '../../support/temp.ts';
import { basic, COMPETITION, COMPETITION_FILES, until, USER } from '../../wire/sandbox/support.ts';
import { notebookOf } from './notebooks.ts';
import { containersOf, docker, removeVolumes, runsOf } from './real-engine.ts';

interface Process {
  readonly child: ChildProcess;
  readonly call: (method: string, body: object) => Promise<Record<string, unknown>>;
}

let folder = '';
const children: ChildProcess[] = [];

async function startProcess(competition: string): Promise<Process> {
  const script = join(import.meta.dirname, 'to-be-killed.ts');
  const child = spawn(process.execPath, ['--import=tsx', script, folder, competition], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url, credentials } = JSON.parse(line) as {
    url: string;
    credentials: { username: string; key: string };
  };
  const call = async (method: string, body: object): Promise<Record<string, unknown>> => {
    const init = { method: 'POST', headers: basic(credentials), body: JSON.stringify(body) };
    return (await (await fetch(`${url}/v1/${method}`, init)).json()) as Record<string, unknown>;
  };
  return { child, call };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) await kill(child);
  const left = await containersOf(folder);
  if (left.length > 0) await docker('rm', '--force', ...left);
  await removeVolumes(folder);
});

describe('a sandbox that is killed', () => {
  it('goes on with its notebooks when it is started again, and removes the containers it left', async () => {
    folder = await tempFolder();
    const competition = await tempFolder(COMPETITION_FILES);
    const first = await startProcess(competition);
    const text = notebookOf('import time', 'time.sleep(600)');
    const body = { slug: `${USER}/demo-kernel`, newTitle: 'Demo kernel', text, language: 'python' };
    const sources = { kernelType: 'notebook', enableInternet: false, competitionDataSources: [COMPETITION] };
    const saved = await first.call('kernels.KernelsApiService/SaveKernel', { ...body, ...sources });
    assert.equal(saved['error'], '');
    const [killed] = await until(
      () => runsOf(folder),
      (runs) => runs.length === 1,
    );
    await kill(first.child);
    assert.deepEqual(await runsOf(folder), [killed], 'it is left to itself');

    const second = await startProcess(competition);
    const [again] = await until(
      () => runsOf(folder),
      (runs) => runs.length === 1 && runs[0] !== killed,
    );
    assert.notEqual(again, killed);
    const status = { userName: USER, kernelSlug: 'demo-kernel', versionLabel: 'v1' };
    const answer = await second.call('kernels.KernelsApiService/GetKernelSessionStatus', status);
    assert.equal(answer['status'], 'RUNNING');
  });
});
