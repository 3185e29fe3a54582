import assert from 'node:assert/strict';
import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { systemClock } from '../../../src/base/abort.ts';
import { CancelledError, UserError } from '../../../src/base/errors.ts';
import type { Logger } from '../../../src/base/logger.ts';
import { speakAs } from '../../../src/cli/language.ts';
import { runProgram } from '../../../src/cli/program.ts';
import type { Ports } from '../../../src/core/stage.ts';
import { tempFolder } from '../../support/temp.ts';
import { coreIn } from '../../support/core-in.ts';
import { withFiles } from '../project/temp-project.ts';

const REFUSAL = new UserError({
  code: 'engine-unreachable',
  title: 'No Docker engine answers.',
  actions: [{ title: 'Start Docker.' }],
});

async function call(
  args: readonly string[],
  engine: (logger: Logger) => Promise<never>,
): Promise<{ code: number; out: string; err: string }> {
  const text = { out: '', err: '' };
  const sink = (name: 'out' | 'err'): Writable =>
    new Writable({
      write: (chunk: Buffer, _, done) => {
        text[name] += chunk.toString();
        done();
      },
    });
  const portsWith = (logger: Logger): Ports => ({
    engine: () => engine(logger),
    kaggle: () =>
      Promise.reject(
        new UserError({ code: 'not-signed-in', title: 'Not signed in.', actions: [{ title: 'Sign in.' }] }),
      ),
    julia: {
      fetchTarball: () => Promise.reject(new Error('not needed')),
      resolve: () => Promise.reject(new Error('not needed')),
    },
    clock: systemClock,
    logger,
    environment: {},
  });
  const terminal = {
    stdout: sink('out'),
    stderr: sink('err'),
    interactive: false,
    columns: 80,
    ask: undefined,
  };
  const code = await runProgram(args, {
    coreWith: (logger) => coreIn(portsWith(logger)),
    terminal,
    signal: new AbortController().signal,
    version: '1.2.3',
  });
  return { code, ...text };
}

describe('julia-kaggle', () => {
  it('run --dry-run says when the record of earlier runs cannot be read', async () => {
    await withFiles({ 'work/Inference/.julia-kaggle/record.json': '{' }, async (folder) => {
      const { code, out } = await call(['run', join(folder, 'work', 'Inference'), '--dry-run'], () =>
        Promise.reject(REFUSAL),
      );
      assert.equal(code, 0);
      assert.match(out, /project .*the record of earlier runs cannot be read/);
    });
  });

  it('run --dry-run says that compiling takes minutes, where it is not known yet whether it has to be', async () => {
    const config = 'competition = "harbour-tides"\n[run]\nentry = "Inference.main"\n[pack]\nmode = "app"\n';
    await withFiles({ 'work/Inference/JuliaKaggle.toml': config }, async (folder) => {
      const { out } = await call(['run', join(folder, 'work', 'Inference'), '--dry-run'], () =>
        Promise.reject(REFUSAL),
      );
      assert.match(
        out,
        /pack +later +depends on .*; compiling takes minutes, where what is compiled changed/,
      );
      assert.match(out, /upload +later +depends on the stages before\n/);
    });
  });

  it('run --again is about a submission, and nothing else', async () => {
    const { code, err } = await call(['run', '--again', '--until', 'test'], () => Promise.reject(REFUSAL));
    assert.equal(code, 2);
    assert.match(err, /submits nothing/);
  });

  it('doctor names every problem with its remedy, and ends with 1', async () => {
    const { code, out } = await call(['doctor'], () => Promise.reject(REFUSAL));
    assert.equal(code, 1);
    for (const text of ['No Docker engine answers.', 'Start Docker.', 'Not signed in.', 'Sign in.'])
      assert.ok(out.includes(text), text);
  });

  it('doctor --json gives one object a finding', async () => {
    const { out } = await call(['doctor', '--json'], () => Promise.reject(REFUSAL));
    const findings = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { subject: string; ok: boolean; error: { code: string } });
    assert.deepEqual(
      findings.map(({ subject, ok, error }) => [subject, ok, error.code]),
      [
        ['engine', false, 'engine-unreachable'],
        ['kaggle', false, 'not-signed-in'],
      ],
    );
  });

  it('shows on stderr what the core warns of, and the rest of its log with --debug', async () => {
    const noting = (logger: Logger): Promise<never> => {
      logger.debug('GET /x: 200');
      logger.info('Fetching x');
      logger.warn('x stays 1.10.4.\u001b[2J');
      return Promise.reject(REFUSAL);
    };
    const { out, err } = await call(['doctor', '--json'], noting);
    assert.equal(err, '! x stays 1.10.4.\n');
    assert.doesNotMatch(out, /stays/);
    const debugging = await call(['doctor', '--debug'], noting);
    assert.match(debugging.err, /^· GET \/x: 200\n· Fetching x\n! x stays 1\.10\.4\./);
    assert.match((await call(['--debug', 'doctor'], noting)).err, /^· GET/);
  });

  it('ends with 130 when it is cancelled', async () => {
    const { code, err } = await call(['doctor'], () => Promise.reject(new CancelledError()));
    assert.equal(code, 130);
    assert.match(err, /Cancelled/);
  });

  it('says that anything else is a bug, with its trace', async () => {
    const { code, err } = await call(['doctor'], () => Promise.reject(new TypeError('x is undefined')));
    assert.equal(code, 1);
    assert.match(err, /This is a bug of julia-kaggle[\s\S]*x is undefined[\s\S]*at /);
  });

  it('prints its version and its help, and ends with 0', async () => {
    const engine = () => Promise.reject(REFUSAL);
    assert.deepEqual(await call(['--version'], engine), { code: 0, out: '1.2.3\n', err: '' });
    assert.match((await call(['run', '--help'], engine)).out, /--dry-run/);
  });

  it('speaks Chinese in a terminal that does: tables, help, wrong usage and errors', async () => {
    const say = async (...args: string[]) => {
      await speakAs({ LANG: 'zh_CN.UTF-8' }, args);
      return call(args, () => Promise.reject(REFUSAL)).finally(() => l10n.config({ contents: {} }));
    };
    assert.match((await say('doctor')).out, /^项目 +状态 +结果\n引擎 +问题 +No Docker/);
    assert.match((await say('doctor', '--json')).out, /"subject":"engine"/);
    const { out } = await say('--help');
    assert.match(out, /^用法： julia-kaggle[^]*选项：[^]*-h, --help +显示命令的帮助[^]*命令：\n +init /);
    assert.doesNotMatch(out, /[a-z] [a-z]+ [a-z]/);
    assert.match((await say('run', '--ful')).err, /^错误：未知的选项“--ful”/);
    assert.match((await say('rum')).err, /^错误：未知的命令“rum”\n（您是指 run 吗？）/);
    assert.match((await say('sandbox')).err, /^错误：缺少必需的参数“competitions”/);
    assert.match((await say('notebook')).err, /^错误：未指定必需的选项“--out <folder>”/);
    assert.match((await say('run', '--until')).err, /^错误：选项“--until <stage>”缺少参数/);
    assert.match((await say('status', '/nowhere')).err, /^✗ \S*[/\\]nowhere 中尚无运行。\n +→ 请运行：/);
  });

  it('status of a folder without a run says how to begin', async () => {
    const { code, err } = await call(['status', '/nowhere'], () => Promise.reject(REFUSAL));
    assert.equal(code, 1);
    assert.match(err, /julia-kaggle run/);
  });

  it('mode in a folder without a JuliaKaggle.toml says what it is to have', async () => {
    const folder = await tempFolder();
    const { code, err } = await call(['mode', 'depot', folder], () => Promise.reject(REFUSAL));
    assert.equal(code, 1);
    assert.match(err, /There is no JuliaKaggle\.toml in[^]*→[^]*\n {4}competition = /);
  });
});
