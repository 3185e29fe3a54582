import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  judgeLoadChecks,
  loadChecksProgram,
  planLoadChecks,
  RehearsalLog,
  type SplitLog,
} from '../../../src/core/rehearse/load-checks.ts';
import { runAgainProgram } from '../../../src/core/rehearse/run-again.ts';
import { aProject } from '../../support/artefacts.ts';
import { tempFolder } from '../../support/temp.ts';

const execute = promisify(execFile);

const report = (step: string, facts: object = {}): string =>
  `[julia-kaggle] ${JSON.stringify({ step, seconds: 1, ...facts })}`;

function split(lines: readonly string[]): SplitLog {
  const log = new RehearsalLog();
  for (const line of lines) log.add(line);
  return log.split();
}

function verdict(...lines: string[]) {
  return judgeLoadChecks(split(lines));
}

describe('loading once more under stricter rules', () => {
  it('is planned as far as the version of Julia can be asked', () => {
    const flags = (juliaVersion: string) =>
      planLoadChecks({ juliaVersion }).map((check) => check.flags.join(' '));
    assert.deepEqual(flags('1.5.3'), []);
    assert.deepEqual(flags('1.8.5'), []);
    assert.deepEqual(flags('1.9.0'), ['-C generic']);
    assert.deepEqual(flags('1.10.5'), ['-C generic']);
    const strict = ['--compiled-modules=strict', '-C generic --compiled-modules=strict'];
    assert.deepEqual(flags('1.11.0'), strict);
    assert.deepEqual(flags('1.12.0-rc1'), strict);
    assert.deepEqual(flags('2.0.0'), strict);
  });

  it('is done with the system image where there is one, and not with an app', () => {
    const flags = (juliaVersion: string, packMode: 'app' | 'sysimage') =>
      planLoadChecks({ juliaVersion, packMode }).map((check) => check.flags.join(' '));
    const image = '--sysimage=/root/julia-compiled/sysimage/sysimage.so';
    assert.deepEqual(flags('1.5.3', 'sysimage'), [`${image} -C generic`]);
    assert.deepEqual(flags('1.11.2', 'sysimage'), [
      `${image} --compiled-modules=strict`,
      `${image} -C generic --compiled-modules=strict`,
    ]);
    assert.deepEqual(flags('1.11.2', 'app'), []);
  });

  it('fails for a system image that is of this processor alone', () => {
    const { findings, warnings } = verdict(
      report('load-checks'),
      'ERROR: Unable to find compatible target in system image.',
      report('load-generic', { exitCode: 1 }),
    );
    assert.match(findings[0]?.title ?? '', /^The system image has machine code for this processor only/);
    assert.ok(findings[0]?.remedies.some(({ command }) => command === 'run --fresh pack'));
    assert.deepEqual(warnings, []);
  });

  it('needs a package', () => {
    const checks = planLoadChecks({ juliaVersion: '1.11.0' });
    assert.equal(loadChecksProgram(aProject(), []), undefined);
    assert.equal(loadChecksProgram(aProject({ packages: [] }), checks), undefined);
    assert.match(
      loadChecksProgram(aProject(), checks) ?? '',
      /"--compiled-modules=strict".*"import Inference"/,
    );
  });

  it('leaves the notebook its own lines', () => {
    const log = split(['wrote', report('check'), report('load-checks'), 'a', report('load-strict')]);
    assert.deepEqual(log.notebook, ['wrote', report('check')]);
    assert.deepEqual(
      log.checks.map(({ lines }) => lines),
      [['a']],
    );
    assert.deepEqual(split(['wrote']).checks, []);
  });

  it('says nothing where all caches were taken', () => {
    const done = verdict(
      report('load-checks'),
      report('load-strict', { exitCode: 0 }),
      report('load-generic', { exitCode: 0 }),
    );
    assert.deepEqual(done, { findings: [], warnings: [] });
  });

  it('names the package whose cache strict refuses, with its reason', () => {
    const { findings } = verdict(
      report('load-checks'),
      '┌ Debug: Rejecting cache file /root/.julia/compiled/v1.11/CSV/a_b.ji because the flags are mismatched',
      'ERROR: LoadError: Precompiled image CSV [336ed68f] not available with flags CacheFlags(; use_pkgimages=true)',
      report('load-strict', { exitCode: 1 }),
    );
    assert.match(
      findings[0]?.title ?? '',
      /^Julia would compile CSV again, because Julia ran with other flags/,
    );
    assert.ok(findings[0]?.remedies.some(({ command }) => command === 'run --fresh build'));
  });

  it('lets a package pass that has no cache by its own wish, with a warning', () => {
    const { findings, warnings } = verdict(
      report('load-checks', { neverCompiled: ['Quirky'] }),
      'ERROR: Precompiled image Inference [2918fdbb] not available with flags CacheFlags()',
      report('load-strict', { exitCode: 1 }),
    );
    assert.deepEqual(findings, []);
    assert.match(warnings[0] ?? '', /Quirky.*__precompile__\(false\).*Inference/);
  });

  it('on another processor fails for machine code alone', () => {
    const recompiled = ['/root/.julia/compiled/v1.10/CSV/new.ji'];
    const generic = report('load-generic', { exitCode: 0, recompiled });
    const target = "┌ Debug: Rejecting cache file x for CSV [336e] since it can't be loaded on this target";
    const failed = verdict(report('load-checks'), target, generic);
    assert.match(failed.findings[0]?.title ?? '', /caches of CSV have machine code for this processor only/);
    const other = verdict(report('load-checks'), generic);
    assert.deepEqual(other.findings, []);
    assert.match(other.warnings[0] ?? '', /did not take the caches of CSV/);
  });

  it('that could not be done is a warning', () => {
    const { findings, warnings } = verdict(
      report('load-checks'),
      report('load-strict', { exitCode: 1 }),
      report('load-generic'),
    );
    assert.deepEqual(findings, []);
    assert.match(warnings.join('\n'), /exit code 1[^]*over 300 s/);
  });

  it('tells what Julia did, and which packages want no cache', async () => {
    const root = await tempFolder({
      'julia.sh':
        '#!/bin/sh\necho "$JULIA_DEBUG $JULIA_PKG_OFFLINE $*"\ntouch "$0.d/compiled/v1.11/CSV/new.ji"\nexit 3\n',
    });
    const depot = join(root, 'julia.sh.d');
    await mkdir(join(depot, 'compiled/v1.11/CSV'), { recursive: true });
    await mkdir(join(depot, 'packages/Quirky/aB1/src'), { recursive: true });
    await writeFile(
      join(depot, 'packages/Quirky/aB1/src/Quirky.jl'),
      '__precompile__(false)\nmodule Quirky end\n',
    );
    await chmod(join(root, 'julia.sh'), 0o755);
    const program = (loadChecksProgram(aProject(), planLoadChecks({ juliaVersion: '1.11.0' })) ?? '')
      .replaceAll('"/opt/julia-1.10.5/bin/julia"', JSON.stringify(join(root, 'julia.sh')))
      .replace('DEPOT = "/root/.julia"', `DEPOT = ${JSON.stringify(depot)}`);
    await writeFile(join(root, 'checks.py'), program);
    const { stdout } = await execute('python3', [join(root, 'checks.py')]);
    const { checks, neverCompiled } = split(stdout.trim().split('\n'));
    assert.deepEqual(neverCompiled, ['Quirky']);
    assert.deepEqual(
      checks.map(({ report: { step, exitCode, recompiled } }) => [step, exitCode, recompiled?.length]),
      [
        ['load-strict', 3, 1],
        ['load-generic', 3, 0],
      ],
    );
    assert.match(
      checks[0]?.lines[0] ?? '',
      /^loading true --compiled-modules=strict .*--project=\/root\/\.julia\/dev\/Inference -e import Inference$/,
    );
  });

  it('runs the program once more, and puts back what the notebook left', async () => {
    const root = await tempFolder({
      'julia.sh': [
        '#!/bin/sh',
        'echo "$*" > asked',
        'echo other > submission.csv',
        'for each; do case $each in --trace-compile=*) file=${each#--trace-compile=} ;; esac; done',
        `echo 'precompile(Tuple{typeof(Inference.main), Array{String, 1}})' > "$file"`,
        `echo 'precompile(Tuple{typeof(Base.main), Int64})' >> "$file"`,
        'sleep 600 &',
      ].join('\n'),
      'working/submission.csv': 'id\n',
      'working/more/a.txt': 'a',
    });
    await chmod(join(root, 'julia.sh'), 0o755);
    const project = aProject({ juliaVersion: '1.5.3', packMode: 'sysimage' });
    const again = runAgainProgram(project, { seconds: 1 }, 'rehearsal');
    const program = (loadChecksProgram(project, [], again) ?? '')
      .replaceAll('"/opt/julia-1.5.3/bin/julia"', JSON.stringify(join(root, 'julia.sh')))
      .replaceAll('/julia-kaggle/trace-compile', join(root, 'trace', 'compiled'))
      .replaceAll('"/kaggle/working"', JSON.stringify(join(root, 'working')));
    await writeFile(join(root, 'checks.py'), program);
    const { stdout } = await execute('python3', [join(root, 'checks.py')]);
    assert.deepEqual(
      split(stdout.trim().split('\n')).compiled.map(({ statement }) => statement),
      ['precompile(Tuple{typeof(Inference.main), Array{String, 1}})'],
    );
    assert.deepEqual((await readdir(join(root, 'working'))).sort(), ['more', 'submission.csv']);
    assert.equal(await readFile(join(root, 'working/submission.csv'), 'utf8'), 'id\n');
  });
});
