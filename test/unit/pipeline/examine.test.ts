import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { CancelledError, UserError } from '../../../src/base/errors.ts';
import { kaggleImageFor } from '../../../src/core/contract/image/kaggle-image.ts';
import { examine } from '../../../src/core/doctor/examine.ts';
import type { Ports } from '../../../src/core/stage.ts';
import type { Engine, EngineInfo, ImageInfo } from '../../../src/docker/engine.ts';
import { ENGINE_INFO, playedEngine } from '../../support/played-engine.ts';
import { keptContext } from '../../support/stage-context.ts';

const NEVER = new AbortController().signal;
const NAME = kaggleImageFor('none');
const USUAL_WISHES = { image: NAME, accelerator: 'none' } as const;
const IMAGE: ImageInfo = {
  name: NAME,
  id: 'sha256:1',
  digest: `${NAME}@sha256:2`,
  bytes: 20e9,
  createdAt: '2026-06-29T10:00:00.123456789Z',
};
const JULY = Date.UTC(2026, 6, 9, 12);

function portsWith(engine: Engine | Error, now = JULY): Ports {
  const { ports } = keptContext({
    account: { get: () => Promise.resolve({ username: 'ada', source: 'KAGGLE_API_TOKEN' }) },
  }).context;
  return {
    ...ports,
    clock: { ...ports.clock, now: () => now },
    engine: () => (engine instanceof Error ? Promise.reject(engine) : Promise.resolve(engine)),
  };
}

describe('examine', () => {
  const engine = playedEngine(
    ({ command }) =>
      command[0] === 'df'
        ? { lines: ['overlay 100000000 50000000 50000000 50% /'] }
        : { lines: ['GPU 0: Tesla T4 (UUID: GPU-1)'] },
    { image: { find: () => Promise.resolve(IMAGE) } },
  );

  it('tells of engine, machine, memory, disk, image, GPU and account', async () => {
    const findings = await examine(portsWith(engine), USUAL_WISHES, NEVER);
    assert.deepEqual(
      findings.map(({ subject, text }) => [subject, text]),
      [
        ['engine', '27.3.1 (API 1.47) at unix:///played.sock (default)'],
        ['machine', 'linux/x86_64, 8 CPUs'],
        ['memory', '64.0 GB (Kaggle: 32.2 GB)'],
        ['disk', '51.2 GB free of 102 GB'],
        ['image', `${NAME}, 20.0 GB, made 10 days ago, ${NAME}@sha256:2`],
        ['gpu', 'with 1 GPU (Tesla T4; --runtime nvidia)'],
        ['kaggle', 'ada at https://api.test, by KAGGLE_API_TOKEN'],
      ],
    );
    assert.ok(findings.every(({ warnings = [], error }) => warnings.length === 0 && error === undefined));
  });

  it('runs nothing, and pulls nothing, for an image that is not there', async () => {
    const bare = playedEngine(() => assert.fail(), {
      image: { find: () => Promise.resolve(undefined) },
      info: () => Promise.resolve({ ...ENGINE_INFO, hostName: 'elsewhere' }),
    });
    const findings = await examine(portsWith(bare), USUAL_WISHES, NEVER);
    const image = findings.find(({ subject }) => subject === 'image');
    assert.match(image?.warnings?.[0] ?? '', /pull .*\(about 23\.0 GB unpacked\).*docker pull/);
    assert.ok(findings.every(({ error }) => error === undefined));
  });

  it('warns of a missing GPU only where the project wants one', async () => {
    const without = playedEngine(({ command }) => (command[0] === 'df' ? {} : { exitCode: 127 }), {
      image: { find: () => Promise.resolve(IMAGE) },
    });
    const gpuFor = async (accelerator: string) => {
      const findings = await examine(portsWith(without), { image: NAME, accelerator }, NEVER);
      return findings.find(({ subject }) => subject === 'gpu');
    };
    assert.match((await gpuFor('none'))?.text ?? '', /^none \(--runtime nvidia: /);
    assert.equal((await gpuFor('none'))?.warnings, undefined);
    assert.match((await gpuFor('NvidiaTeslaT4'))?.warnings?.[0] ?? '', /asks Kaggle for NvidiaTeslaT4/);
  });

  it('tells of the engine’s refusal and of the account all the same', async () => {
    const refusal = new UserError({
      code: 'engine-unreachable',
      title: 'No Docker engine answers.',
      actions: [{ title: 'Start it.' }],
    });
    const findings = await examine(portsWith(refusal), USUAL_WISHES, NEVER);
    assert.deepEqual(
      findings.map(({ subject, error }) => [subject, error?.code]),
      [
        ['engine', 'engine-unreachable'],
        ['kaggle', undefined],
      ],
    );
  });

  it('is cancelled, and does not hide a bug', async () => {
    await assert.rejects(examine(portsWith(new CancelledError()), USUAL_WISHES, NEVER), CancelledError);
    const bug = new TypeError('x is undefined');
    await assert.rejects(examine(portsWith(bug), USUAL_WISHES, NEVER), bug);
  });
});

describe('what is found', () => {
  interface Found {
    readonly info?: Partial<EngineInfo>;
    /** `false`: it is not there. */
    readonly image?: Partial<ImageInfo> | false;
    /** What the disk has free, of 60 GB; absent: it cannot be looked at. */
    readonly freeBytes?: number;
    readonly now?: number;
  }

  const findings = async ({ info, image, freeBytes, now }: Found) => {
    const blocks = (bytes: number): number => Math.round(bytes / 1024);
    const engine = playedEngine(
      ({ command }) =>
        command[0] === 'df' && freeBytes !== undefined
          ? { lines: [`overlay ${blocks(60e9)} ${blocks(60e9 - freeBytes)} ${blocks(freeBytes)} 50% /`] }
          : { exitCode: 127 },
      {
        info: () => Promise.resolve({ ...ENGINE_INFO, ...info }),
        image: { find: () => Promise.resolve(image === false ? undefined : { ...IMAGE, ...image }) },
      },
    );
    const wishes = {
      ...USUAL_WISHES,
      ...(image !== false && image?.name !== undefined && { image: image.name }),
    };
    const all = await examine(portsWith(engine, now), wishes, NEVER);
    return (subject: (typeof all)[number]['subject']) => {
      const { text = '', warnings, error } = all.find((finding) => finding.subject === subject) ?? {};
      return { text, warning: warnings?.[0], error };
    };
  };

  it('warns of another processor than Kaggle’s', async () => {
    const machine = async (info: Partial<EngineInfo>) => (await findings({ info }))('machine');
    for (const platform of ['linux/x86_64', 'linux/amd64'])
      assert.equal((await machine({ platform })).warning, undefined);
    assert.match((await machine({ platform: 'linux/aarch64' })).warning ?? '', /linux\/x86_64/);
    assert.equal((await machine({ cpus: 2 })).text, 'linux/x86_64, 2 CPUs (Kaggle: 4)');
  });

  it('tells an engine of Windows containers to switch', async () => {
    const { warning, error } = (await findings({ info: { platform: 'windows/x86_64' } }))('machine');
    assert.equal(warning, undefined);
    assert.match(error?.title ?? '', /runs Windows containers/);
    assert.match(error?.actions[0].title ?? '', /Switch to Linux containers/);
  });

  it('warns of less memory than Kaggle’s', async () => {
    const { warning } = (await findings({ info: { memoryBytes: 8e9 } }))('memory');
    assert.match(warning ?? '', /8\.00 GB/);
  });

  it('warns of a nearly full disk, and says no where the image cannot fit', async () => {
    assert.match((await findings({ freeBytes: 5e9 }))('disk').warning ?? '', /only 5\.00 GB free/);
    assert.equal((await findings({ freeBytes: 20e9 }))('disk').warning, undefined);
    // The file system of processes has no space at all.
    const full = { hostName: hostname(), dataFolder: '/proc' };
    assert.equal((await findings({ image: false, info: full }))('disk').error?.code, 'disk-full');
    assert.match((await findings({ image: false }))('disk').text, /not known/);
  });

  it('tells an image’s age, and warns of an old one of Kaggle’s', async () => {
    const found = async (image: Partial<ImageInfo>, now = JULY) => (await findings({ image, now }))('image');
    assert.match((await found({ createdAt: '2026-07-09T11:00:00Z' })).text, /made today/);
    assert.match((await found({ createdAt: '2026-07-08T11:00:00Z' })).text, /made 1 day ago/);
    assert.doesNotMatch((await found({ createdAt: '1970-01-01T00:00:00Z' })).text, /made/);
    assert.doesNotMatch((await found({ createdAt: '' })).text, /made/);
    const december = Date.UTC(2026, 11, 1);
    assert.match((await found({}, december)).warning ?? '', /154 days old.*docker pull/);
    assert.equal((await found({ name: 'my/image' }, december)).warning, undefined);
  });
});
