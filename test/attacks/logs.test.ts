import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../../src/base/files.ts';
import { KeptLines } from '../../src/base/kept-lines.ts';
import { LineSplitter } from '../../src/base/lines.ts';
import { explainBuild } from '../../src/core/build/explain.ts';
import { diagnose } from '../../src/core/contract/diagnosis/diagnose.ts';
import { isTelling } from '../../src/core/contract/diagnosis/rules.ts';
import { explainCompile } from '../../src/core/pack/compiled/explain.ts';
import { tarError } from '../../src/core/pack/tarball/tar-errors.ts';
import { RehearsalLog } from '../../src/core/rehearse/load-checks.ts';
import { explainFailure } from '../../src/core/test/explain.ts';
import { readDf } from '../../src/docker/disk.ts';
import { remedyAction } from '../../src/host/editor/remedies.ts';
import { RunLog } from '../../src/sandbox/run-log.ts';
import { aProject } from '../support/artefacts.ts';
import { cli, stranger, write } from '../support/stranger.ts';
import { tempFolder } from '../support/temp.ts';
import { attack } from './attack.ts';
import { hostile } from './hostile-server.ts';

const TERMINAL = 'cli/terminal';
const RULES = 'core/contract/diagnosis/rules';
const KEPT = 'base/kept-lines';
const COMMAND = 'base/user-command';

const OSC = '\x1b]52;c;ZXZpbA==\x07';
// eslint-disable-next-line no-control-regex -- they are what must not be there
const ORDERS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

describe('what a stranger’s repository or server has julia-kaggle print', () => {
  const ENTRY = {
    fingerprint: 'f',
    ref: 7,
    state: 'complete',
    publicScore: '\x1b[2J0.99',
    submittedAt: '2026-01-01T12:34:56Z',
    url: 'https://example.org',
    bundleId: 'b',
    notebook: `ada/${OSC}tides v1`,
    note: '\x1b]0;owned\x07fine\n2026-01-02  complete  1.0\u202e\x9b2J',
  };
  /** A record that came by other ways than git, which would make it one that is not used. */
  async function withRecord() {
    const who = await stranger();
    const record = { format: 1, artefacts: {}, unfinished: [], pending: {}, history: [ENTRY] };
    await write(who.project, { '.julia-kaggle/record.json': JSON.stringify(record) });
    return who;
  }
  for (const args of [
    ['history'],
    ['history', '--csv'],
    ['history', '--json'],
    ['status'],
    ['status', '--json'],
  ])
    attack('M4', `a record with orders, by ${args.join(' ')}`, TERMINAL, async () => {
      const who = await withRecord();
      const printed = await cli(who, [args[0] ?? '', who.project, ...args.slice(1)]);
      assert.match(printed, /0\.99/);
      assert.doesNotMatch(printed, ORDERS);
    });

  attack('M4', 'a note that is another row of the history', TERMINAL, async () => {
    const who = await withRecord();
    const printed = await cli(who, ['history', who.project]);
    assert.equal(printed.split('\n').filter((line) => line.includes('complete')).length, 1);
  });

  const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'a key of JuliaKaggle.toml': {
      'JuliaKaggle.toml': 'competition = "titanic"\n"\\u001b]0;owned\\u0007" = 1\n',
    },
    'the name of a file that looks like a secret': { 'd\x1b[2J/id_rsa': 'x' },
    'the name in Project.toml': { 'Project.toml': 'name = "\\u001b[2JTides"\nuuid = "x"\n' },
    'the version that the Manifest wants': {
      'Manifest.toml': 'julia_version = "\\u001b[2J1.10"\nmanifest_format = "2.0"\n',
    },
  };
  for (const [what, files] of Object.entries(FILES))
    attack('M4', `${what} with orders, by run`, TERMINAL, async () => {
      const who = await stranger(files);
      const printed = await cli(who, ['run', who.project, '--until', 'project']);
      assert.match(printed, /✗/);
      assert.doesNotMatch(printed, ORDERS);
    });

  attack('M4', 'a server that answers with orders, by whoami', TERMINAL, async () => {
    const address = await hostile((_, response) => {
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: 403, message: `${OSC}\x1b[2J\u202eno\x9b2J` }));
    });
    const env = { JULIA_KAGGLE_API_URL: address, KAGGLE_USERNAME: 'ada', KAGGLE_KEY: '0'.repeat(32) };
    const printed = await cli(await stranger(), ['whoami'], { env });
    assert.match(printed, /✗/);
    assert.doesNotMatch(printed, ORDERS);
  });
});

describe('remedies that a user copies into a shell', () => {
  /** Runs all that looks like a command in the remedies, in a folder of its own. @returns whether the mark was left. */
  async function copied(titles: readonly string[], mark: string): Promise<boolean> {
    const folder = await tempFolder();
    for (const title of titles) {
      const command = title.replace(/^[^:]*: /, '').replace(/, then run again\.$/, '');
      const script = `julia() { :; }; julia-kaggle() { :; }; curl() { touch '${mark}'; }\n${command}`;
      try {
        execFileSync('bash', ['-c', script], { cwd: folder, stdio: 'ignore', timeout: 20_000 });
      } catch {
        // What is no command fails, which is not what this asks.
      }
    }
    return exists(mark);
  }

  const NAMES: Readonly<Record<string, (mark: string) => string>> = {
    'a semicolon': (mark) => `x;touch\${IFS}${mark}#`,
    'a substitution': (mark) => `$(touch\${IFS}${mark})`,
    'a quote and a pipe': (mark) => `x'"|touch\${IFS}${mark};'`,
    backticks: (mark) => `\`touch\${IFS}${mark}\``,
  };
  for (const [what, nameOf] of Object.entries(NAMES)) {
    attack('L3', `an artifact with ${what} in its name, in a log`, COMMAND, async () => {
      const mark = join(await tempFolder(), 'MARK');
      const lines = [` Downloading artifact: ${nameOf(mark)}`];
      const [finding] = diagnose({ lines, failed: true });
      assert.equal(finding?.kind, 'download');
      assert.equal(
        await copied(
          finding.remedies.map(({ title }) => title),
          mark,
        ),
        false,
      );
      for (const { command = '' } of finding.remedies) assert.doesNotMatch(command, /touch/);
    });
    attack('L3', `a package with ${what} in its name, in a log`, COMMAND, async () => {
      const mark = join(await tempFolder(), 'MARK');
      const lines = [`ERROR: ArgumentError: Package ${nameOf(mark)} not found in current path.`];
      const [finding] = diagnose({ lines, failed: true });
      assert.equal(finding?.kind, 'package-missing');
      assert.equal(
        await copied(
          finding.remedies.map(({ title }) => title),
          mark,
        ),
        false,
      );
    });
  }

  attack('L3', 'an artifact that is an option, as the editor’s button', COMMAND, () => {
    for (const name of ['--package', '-x', '', 'a;b'])
      assert.equal(remedyAction(`add-artifact ${name} --write`), undefined);
    assert.equal(remedyAction('add-artifact weights --write')?.argument, 'weights');
  });

  attack('L3', 'a folder whose name is a command, by run', COMMAND, async () => {
    const who = await stranger();
    const folder = join(who.root, '$(touch MARK)');
    await write(folder, { 'Project.toml': 'name = "T"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\n' });
    const printed = await cli(who, ['run', folder, '--until', 'project']);
    for (const line of printed.split('\n').filter((each) => each.includes('→')))
      assert.doesNotMatch(line, /cd "|julia-kaggle \w+ .*\$\(/);
  });
});

describe('logs that are made to stop every stage', () => {
  const project = aProject();
  const state = { exitCode: 1, outOfMemory: false };
  const limits = { cpus: 4, memoryBytes: 30e9 } as Parameters<typeof explainFailure>[1]['limits'];
  const READERS: Readonly<Record<string, (lines: readonly string[]) => unknown>> = {
    'a build': (lines) => explainBuild(project, 1, lines),
    'a test': (lines) => explainFailure(project, { state, exitCode: 1, peakMemoryBytes: 0, limits, lines }),
    'a compilation': (lines) => explainCompile(project, 1, lines, { problem: undefined, step: '' }),
    'a tarball': (lines) => tarError('dotjulia', state, lines),
    'a run': (lines) => diagnose({ lines, failed: true }),
    'a measure of the disk': (lines) => readDf(lines),
  };
  const LINES: Readonly<Record<string, string>> = {
    base64: 'QUJD'.repeat(500),
    'half of a package': 'Package a '.repeat(200),
    'half of a place': 'in expression starting at /dev/'.repeat(65),
    'half of a frame': ` [1] f at ${' at x:1'.repeat(280)}`,
    'half of a name of tar': `tar: ${': Read error at byte '.repeat(90)}`,
  };
  for (const [who, read] of Object.entries(READERS))
    attack('M5', `20 MB of hostile lines of ${who}`, RULES, () => {
      const kept = new KeptLines(isTelling);
      const started = process.cpuUsage();
      for (let i = 0; i < 10_000; i += 1) kept.add(Object.values(LINES)[i % 5] ?? '');
      read(kept.lines);
      const { user, system } = process.cpuUsage(started);
      // Some tenths of a second; it took minutes.
      assert.ok(user + system < 15e6, `${user + system} µs`);
    });

  attack('M5', 'thousands of packages that were compiled again, in a log as long', RULES, () => {
    const names = Array.from({ length: 30_000 }, (_, i) => `P${i}`);
    const lines = names.map((name) => `┌ Debug: Rejecting cache file /x/${name}/y.ji because of nothing`);
    const started = process.cpuUsage();
    const [finding] = diagnose({ lines, failed: true, recompiled: names });
    assert.ok((finding?.title.length ?? 0) < 1_000);
    assert.ok(process.cpuUsage(started).user < 15e6);
  });

  attack('M5', 'reports of steps without end', 'core/rehearse/load-checks', () => {
    const log = new RehearsalLog();
    for (let i = 0; i < 100_000; i += 1) log.add('[julia-kaggle] {"step":"x","seconds":1}');
    const { steps, notebook } = log.split();
    assert.ok(steps.length <= 1_000 && notebook.length < 100_000);
  });

  attack('M5', 'an error between more lines than are kept', KEPT, () => {
    const kept = new KeptLines(isTelling);
    const noise = (): void => {
      for (let i = 0; i < 6_000; i += 1) kept.add('x'.repeat(1_000));
    };
    noise();
    kept.add(' Downloading artifact: hidden');
    noise();
    const [finding] = diagnose({ lines: kept.lines, failed: false });
    assert.deepEqual([finding?.kind, finding?.subject], ['download', 'hidden']);
  });

  attack('M5', 'one line of 50 MB in pieces of a container’s output', KEPT, () => {
    const kept = new KeptLines(isTelling);
    const splitter = new LineSplitter((line) => kept.add(line));
    const piece = Buffer.alloc(65_536, 'x');
    for (let i = 0; i < 800; i += 1) splitter.push(piece);
    splitter.end();
    assert.ok(kept.lines.join('').length < 500_000);
  });

  attack('M5', 'a notebook of the local Kaggle that prints without end', 'sandbox/run-log', async () => {
    const folder = await tempFolder();
    const log = new RunLog(folder, 1, 1);
    for (let i = 0; i < 60_000; i += 1)
      log.add({ stream: 'stdout', seconds: i, text: `${'x'.repeat(999)}\n` });
    log.end();
    await log.close();
    const kept = log.live.lines.reduce((sum, { text }) => sum + text.length, 0);
    assert.ok(kept < 25e6, `${kept}`);
    assert.ok((await stat(join(folder, '1-v1.jsonl'))).size < 30e6);
    assert.match(await readFile(join(folder, '1-v1.jsonl'), 'utf8'), /lines left out/);
  });
});
