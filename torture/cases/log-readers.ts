import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { artifactFilesOf, lazyMissing } from '../../src/core/contract/depot/artifact-files.ts';
import { diagnose } from '../../src/core/contract/diagnosis/diagnose.ts';
import { inventoryOf } from '../../src/core/contract/depot/inventory.ts';
import { errorExcerpt, recompiledIn } from '../../src/core/contract/diagnosis/julia-log.ts';
import { factReader } from '../../src/core/contract/script-facts.ts';
import { readStepReport } from '../../src/core/contract/notebook/step-reports.ts';
import { inChunks, mutateText } from '../support/mutate.ts';
import type { Reader } from '../support/read-hostile.ts';
import { LineSplitter } from '../../src/base/lines.ts';

const LOGS = resolve(import.meta.dirname, '..', '..', 'test', 'fixtures', 'logs');

/** Real logs of Julia 1.5 to 1.14 and of notebooks. */
const logs = ['clean', 'failed'].flatMap((folder) =>
  readdirSync(join(LOGS, folder)).map((name) =>
    readFileSync(join(LOGS, folder, name), 'utf8').slice(-12_000),
  ),
);

const REPORTS = [
  '[julia-kaggle] {"step":"run","seconds":12.5,"exitCode":0,"peakMemoryBytes":123456,"rows":10,"workingBytes":5}',
  '[julia-kaggle] {"step":"unpack","seconds":1,"recompiled":["v1.5/X"],"appeared":["artifacts/a"]}',
];
const DEPOT = [
  '[julia-kaggle] {"kind":"depot","bytes":123456,"id":"depot-1"}',
  '[julia-kaggle] {"kind":"item","path":"packages/CSV/abc","bytes":1234,"label":"CSV"}',
  '[julia-kaggle] {"kind":"item","path":"artifacts/44b6","bytes":99,"label":"stations","lazy":true}',
  '[julia-kaggle] {"kind":"artifacts","file":"packages/CSV/abc/Artifacts.toml","text":"[stations]\\nlazy = true\\n"}',
].join('\n');

/** Readers of what Julia, our scripts and notebooks print. */
export const logReaders: readonly Reader[] = [
  {
    name: 'logs of Julia and of notebooks',
    make: (random) => mutateText(random, logs),
    read: (input) => {
      const lines = String(input).split('\n');
      recompiledIn(lines);
      errorExcerpt(lines, 20);
      for (const { title, remedies } of diagnose({ lines, failed: true }))
        if (title === '' || remedies.length === 0) throw new Error('a finding without words');
    },
  },
  {
    name: 'step reports',
    make: (random) => mutateText(random, REPORTS),
    read: (input) => readStepReport(String(input)),
  },
  {
    name: 'the inventory of a depot',
    make: (random) => mutateText(random, [DEPOT]),
    read: (input) => {
      const read = factReader('item', 'depot', 'artifacts');
      const facts = String(input)
        .split('\n')
        .flatMap((line) => read(line) ?? []);
      lazyMissing(artifactFilesOf(facts, { packages: [] }), inventoryOf(facts).items);
    },
  },
  {
    name: 'lines cut anywhere',
    make: (random) => mutateText(random, ['a\r\nb\nc\rd\n\u001b[31mé𝔍\n']),
    read: (input, random) => {
      const lines: string[] = [];
      const splitter = new LineSplitter((line) => lines.push(line));
      for (const chunk of inChunks(random, input)) splitter.push(chunk);
      splitter.end();
      const whole = Buffer.from(String(input)).toString().replaceAll('\r\n', '\n').replace(/\n$/, '');
      if (lines.join('\n') !== whole && !whole.endsWith('\r')) throw new Error('lines were lost or changed');
    },
  },
];
