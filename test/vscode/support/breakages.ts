import { strict as assert } from 'node:assert';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageName } from '../../../src/core/stages.ts';
import type { World } from '../../support/world.ts';

/** A way to make a stage fail, and what the person is then told. */
export interface Breakage {
  readonly stage: StageName;
  /** Breaks it; gives the way to mend it again. */
  readonly break: () => Promise<() => Promise<unknown>>;
  readonly title: RegExp;
  readonly remedy: RegExp;
}

/** One for each stage, in their order, cheap where that can be had: a container is run where only it can fail. */
export function breakages({ project, image, faults }: World): Breakage[] {
  const config = join(project, 'JuliaKaggle.toml');
  const edited = (file: string, from: string | RegExp, to: string) => async () => {
    const before = await readFile(file, 'utf8');
    const after = before.replace(from, to);
    assert.notEqual(after, before, `nothing to change in ${file}`);
    await writeFile(file, after);
    return () => writeFile(file, before);
  };
  const ownCell = (text: string) => async () => {
    const cell = join(project, 'own.py');
    await writeFile(cell, text);
    const mend = await edited(config, /$/, '\n[notebook]\nbefore = "own.py"\n')();
    return () => Promise.all([mend(), rm(cell)]);
  };
  const fault = (spec: string) => (): Promise<() => Promise<unknown>> => {
    const { id } = faults.add(spec);
    return Promise.resolve(() => Promise.resolve(faults.clear(id)));
  };
  return [
    {
      stage: 'project',
      break: edited(config, /^competition/m, 'competiton'),
      title: /competiton is not a known key; the nearest is competition/,
      remedy: /Write competition, or remove competiton/,
    },
    {
      stage: 'build',
      break: edited(config, image, '127.0.0.1:1/kaggle/python'),
      title: /could not pull the image 127\.0\.0\.1:1\/kaggle\/python/,
      remedy: /restart the Docker engine/,
    },
    {
      stage: 'test',
      break: edited(
        join(project, 'src', 'Inference.jl'),
        '        submission = predict_file(',
        '        error("the pressure is negative")\n        submission = predict_file(',
      ),
      title: /Inference\.main ended with exit code 1 in the image/,
      remedy: /Correct the package and run again/,
    },
    {
      stage: 'pack',
      break: edited(config, /$/, '\n[pack]\nmode = "app"\n'),
      title: /has no C compiler/,
      remedy: /Pack the depot instead/,
    },
    {
      stage: 'rehearse',
      break: ownCell('open("/kaggle/input/station-names.txt")\n'),
      title: /It opened \/kaggle\/input\/station-names\.txt, which is not there/,
      remedy: /Take folders from the arguments/,
    },
    {
      stage: 'upload',
      break: fault('ready=failed'),
      title: /Kaggle could not take in the dataset/,
      remedy: /Look at its page, then run again/,
    },
    {
      stage: 'notebook',
      break: fault('SaveKernel=403,message=Phone verification is required'),
      title: /Kaggle does not allow access to the notebook/,
      remedy: /Check its name, its owner/,
    },
    {
      stage: 'submit',
      // Of another notebook, as this one may have been submitted already.
      break: async () => {
        const mends = [await ownCell('print("once more")\n')(), await fault('allowance=full')()];
        return () => Promise.all(mends.map((mend) => mend()));
      },
      title: /No submission to Harbour tides is left today/,
      remedy: /only the submission is left to do/,
    },
  ];
}
