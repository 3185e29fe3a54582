import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ArtifactFilesReader, lazyMissing } from '../../src/core/contract/artifact-files.ts';
import { diagnose } from '../../src/core/contract/diagnosis/diagnose.ts';
import { InventoryReader } from '../../src/core/contract/inventory.ts';
import { errorExcerpt, recompiledIn } from '../../src/core/contract/julia-log.ts';
import { readStepReport } from '../../src/core/contract/step-reports.ts';
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
  '[inventory]\t.\t123456',
  '[inventory]\t@\tdepot-1',
  '[inventory]\tpackages/CSV/abc\t1234\tCSV',
  '[inventory]\tartifacts/44b6\t99\tstations\tlazy',
  '[artifacts]\tpackages/CSV/abc/Artifacts.toml',
  '[artifacts]|[stations]',
  '[artifacts]|git-tree-sha1 = "44b6"',
  '[artifacts]|lazy = true',
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
      const inventory = new InventoryReader();
      const files = new ArtifactFilesReader({ packages: [] });
      for (const line of String(input).split('\n')) if (!inventory.read(line)) files.read(line);
      lazyMissing(files.result(), inventory.result().items);
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
