import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isUserError, type UserError } from '../../../src/base/errors.ts';
import { expectationOf } from '../../../src/core/contract/submission/expectation.ts';
import {
  checkSubmission,
  type SubmissionFacts,
} from '../../../src/core/contract/submission/submission-file.ts';
import { aProject } from '../../support/artefacts.ts';
import { tempFolder } from '../../support/temp.ts';
import { zipOf } from '../../wire/kaggle/zip.ts';

type Files = Readonly<Record<string, string | Buffer>>;

interface Form {
  /** Files of the data, as the competition has them. */
  readonly data: Files;
  /** Name of the submission; else `submission.csv`. */
  readonly file?: string;
  readonly output?: { readonly sample?: string; readonly rows?: 'any' };
  /** What is taken, with how many rows or files. */
  readonly takes: readonly (readonly [content: string | Buffer, count: number | undefined])[];
  /** What is refused, with what is said. */
  readonly refuses?: readonly (readonly [content: string | Buffer, said: RegExp])[];
  /** What is said of the first that is taken; else nothing. */
  readonly notes?: RegExp;
}

const TITANIC = { 'gender_submission.csv': 'PassengerId,Survived\n892,0\n893,1\n894,0\n' };
const TASKS = Object.fromEntries([1, 2, 3, 4].map((each) => [`tasks/task00${each}.json`, '{}']));

const parquet = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '../../fixtures/parquet', `${name}.parquet`));
const zip = (files: Readonly<Record<string, string>>): Buffer =>
  zipOf(...Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content) })));

/** Forms that competitions really have, made small. */
const FORMS: Readonly<Record<string, Form>> = {
  'titanic, whose sample is gender_submission.csv': {
    data: { ...TITANIC, 'train.csv': 'PassengerId,Survived\n1,0\n', 'test.csv': 'PassengerId,Age\n892,3\n' },
    takes: [['PassengerId,Survived\n892,1\n893,1\n894,0\n', 3]],
    refuses: [
      ['PassengerId,Survived\n892,1\n893,1\n', /the id 894 of the sample is missing/],
      ['PassengerId,Survived\n892,dead\n893,1\n894,0\n', /row 2: Survived is dead, not a finite number/],
    ],
  },
  'spaceship-titanic, whose answers are True and False': {
    data: { 'sample_submission.csv': 'PassengerId,Transported\n0013_01,False\n0018_01,False\n' },
    takes: [['PassengerId,Transported\n0013_01,True\n0018_01,False\n', 2]],
    refuses: [
      [
        'PassengerId,Transported\n0013_01,true\n0018_01,false\n',
        /row 2: Transported is true, where the sample has True and False \(Julia prints true and false\) \(and 1 more\)/,
      ],
      ['PassengerId,Transported\n0013_01,1\n0018_01,False\n', /Transported is 1, where the sample has True/],
    ],
  },
  'an id of text with leading zeros, which reading as a number loses': {
    data: { 'sampleSubmission.csv': 'id,label\n007,0\n008,0\n' },
    takes: [['id,label\n008,1\n007,1\n', 2]],
    refuses: [
      ['id,label\n7,1\n8,1\n', /the id 7 is not in the sample, which writes it 007: read the column as text/],
    ],
  },
  'an id that a table program made a fraction': {
    data: { 'sample_solution.csv': 'Id,SalePrice\n1461,169277.05\n1462,187758.39\n' },
    takes: [['Id,SalePrice\n1462,2.5\n1461,1e5\n', 2]],
    refuses: [
      ['Id,SalePrice\n1461.0,1\n1462.0,1\n', /the id 1461\.0 is not in the sample, which writes it 1461/],
    ],
  },
  'no id column: rows in order': {
    data: { 'kaggle_sample_submission.csv': 'x,y\n0,0\n0,0\n0,0\n' },
    takes: [['x,y\n1.5,2\n3,4\n5,6\n', 3]],
    refuses: [
      ['x,y\n1.5,2\n3,4\n', /2 rows, expected 3/],
      ['x,y\n1.5,NaN\n3,4\n5,6\n', /row 2: y is NaN/],
    ],
  },
  'one column alone': {
    data: { 'sample_submission.csv': 'path\n0\n1\n2\n0\n' },
    takes: [['path\n0\n2\n1\n0\n', 4]],
    refuses: [['path\n0\n', /1 row, expected 4/]],
  },
  'a key of three columns, a full table of them': {
    data: {
      'sample_submission.csv': [
        'country,store,product,sales',
        ...['A', 'B'].flatMap((a) => ['x', 'y'].flatMap((b) => [`${a},${b},mug,0`, `${a},${b},hat,0`])),
      ].join('\n'),
    },
    takes: [
      [
        [
          'country,store,product,sales',
          ...['B', 'A'].flatMap((a) => ['x', 'y'].flatMap((b) => [`${a},${b},hat,7`, `${a},${b},mug,5`])),
        ].join('\n'),
        8,
      ],
    ],
    refuses: [
      [
        [
          'country,store,product,sales',
          ...['A', 'B'].flatMap((a) => ['x', 'y'].flatMap((b) => [`${a},${b},mug,0`, `${a},${b},cap,0`])),
        ].join('\n'),
        /row 3: the key A, x, cap \(country, store, product\) is not in the sample/,
      ],
    ],
  },
  'a key of two columns, which the test set has too': {
    data: {
      'test.csv': 'series,step,value\na,1,5\na,2,5\nb,1,5\n',
      'sample_submission.csv': 'series,step,score\na,1,0\na,2,0\nb,1,0\n',
    },
    takes: [['series,step,score\nb,1,.5\na,1,.5\na,2,.5\n', 3]],
    refuses: [
      ['series,step,score\na,1,.5\na,3,.5\nb,1,.5\n', /the key a, 3 \(series, step\) is not in the sample/],
    ],
  },
  'ids that come several times, with another prediction each': {
    data: { 'sample_submission.csv': 'image,cluster,pose\na,one,0;0\na,two,0;0\nb,one,0;0\n' },
    takes: [['image,cluster,pose\na,three,1;2\na,three,nan;nan\nb,outliers,1;2\n', 3]],
    refuses: [['image,cluster,pose\na,one,1\nb,one,1\nb,one,1\n', /row 4: the id b appears twice/]],
  },
  'lists with spaces, and no object at all': {
    data: { 'SampleSubmissionStage1.csv': 'ImageId,EncodedPixels\na,1 1\nb,1 1\n' },
    takes: [['ImageId,EncodedPixels\na,5 3 9 2\nb,\n', 2]],
    notes: /EncodedPixels is empty in 1 row, the first of them row 3/,
  },
  'an empty value that the sample has too': {
    data: { 'sample_submission_null.csv': 'Id,Predicted\na,\nb,\n' },
    takes: [['Id,Predicted\na,1 5\nb,\n', 2]],
    refuses: [['Id,Predicted\n,1 5\nb,\n', /row 2: Id is missing/]],
  },
  'lists where the sample holds one number': {
    data: { 'sample_submission.csv': 'id,ranks\na,0\nb,0\n' },
    takes: [['id,ranks\na,3 1 2\nb,1;2\n', 2]],
    notes: /ranks is a list in 2 rows, the first of them row 2/,
    refuses: [['id,ranks\na,3 1 x\nb,0\n', /row 2: ranks is 3 1 x, not a finite number/]],
  },
  'rows that are found things': {
    data: { 'sample_submission.csv': 'id,experiment,x\n0,TS_1,0\n1,TS_1,0\n' },
    output: { rows: 'any' },
    takes: [
      ['id,experiment,x\n0,TS_2,5\n1,TS_2,6\n2,TS_9,7\n', 3],
      ['id,experiment,x\n', 0],
    ],
    refuses: [
      ['id,experiment\n0,TS_2\n', /missing x/],
      ['id,experiment,x\n0,TS_2,Inf\n', /x is Inf, not a finite number/],
    ],
  },
  'a sample of a header only': {
    data: { 'submission_format.csv': 'id,x\n' },
    takes: [['id,x\n1,2\n', 1]],
    refuses: [['id,y\n1,2\n', /missing x, not known y/]],
  },
  'no sample': {
    data: { 'train.csv': 'id,y\n1,2\n' },
    takes: [['id,y\n1,2\n', 1]],
    notes: /No file of the data looks like a sample submission/,
    refuses: [['id,y\n1\n', /row 2: 1 value, expected 2/]],
  },
  'a sample of another form than the file': {
    data: { 'sample_submission.parquet': 'PAR1' },
    takes: [['id,y\n1,2\n', 1]],
    notes: /sample_submission\.parquet, the competition's sample, cannot be read .* not compared/,
  },
  'a sample that is no CSV, whatever its name': {
    data: { 'sample_submission.csv': 'id,y\n1,"open\n' },
    takes: [['id,y\n1,2\n', 1]],
    notes: /cannot be read \(row 2: a quote is opened and never closed\)/,
  },
  'a sample in a zip archive': {
    data: { 'sampleSubmission.csv.zip': zip({ 'sampleSubmission.csv': 'id,y\n1,0\n2,0\n' }) },
    takes: [['id,y\n1,2\n2,2\n', 2]],
    refuses: [['id,y\n1,2\n3,2\n', /the id 3 is not in the sample/]],
  },
  'a submission that is packed with gzip': {
    data: { 'sample_submission.csv': 'id,y\n1,0\n2,0\n' },
    file: 'submission.csv.gz',
    takes: [[gzipSync('id,y\n1,2\n2,2\n'), 2]],
    refuses: [
      [gzipSync('id,y\n1,2\n'), /the id 2 of the sample is missing/],
      [
        'id,y\n1,2\n2,2\n',
        /submission\.csv\.gz is not what its name says: it is no gzip file, or a damaged one/,
      ],
      [gzipSync('id,y\n1,2\n2,2\n').subarray(0, 20), /no gzip file, or a damaged one/],
    ],
  },
  'a table in a zip archive': {
    data: { 'sample_submission.csv': 'id,y\n1,0\n2,0\n' },
    file: 'submission.zip',
    takes: [[zip({ 'submission.csv': 'id,y\n1,2\n2,2\n' }), 2]],
    refuses: [[zip({ 'submission.csv': 'id,y\n1,2\n1,2\n' }), /the id 1 appears twice/]],
  },
  'a zip of scripts, one for each task of the data': {
    data: { ...TASKS, 'train/other.json': '{}' },
    file: 'submission.zip',
    takes: [
      [zip(Object.fromEntries([1, 2, 4].map((each) => [`task00${each}.py`, 'x']))), 3],
      [zip(Object.fromEntries([1, 2, 3, 4].map((each) => [`task00${each}.py`, 'x']))), 4],
    ],
    notes: /holds 3 files for the 4 of tasks\/\*\.json in the data: it has none for task003/,
    refuses: [
      [zip({ 'task001.py': '', 'task002.py': 'x' }), /task001\.py in the archive is empty/],
      [zip({}), /the archive holds no files/],
      ['id,y\n', /submission\.zip is not what its name says: it is no zip archive, or a damaged one/],
    ],
  },
  'a zip of pictures, with what the sample archive has': {
    data: { 'sample_submission.zip': zip({ 'a.tif': 'x', 'b.tif': 'x' }) },
    file: 'submission.zip',
    takes: [[zip({ 'b.tif': 'II*', 'a.tif': 'II*' }), 2]],
    refuses: [
      [zip({ 'a.tif': 'II*', 'c.tif': 'II*' }), /c\.tif in the archive is not in the sample \(and 1 more\)/],
      [zip({ 'a.tif': 'II*', 'b.tif': 'II*', 'c.tif': 'x' }), /c\.tif .* not in the sample \(and 1 more\)/],
    ],
  },
  'a zip of pictures in a folder of it': {
    data: { 'notes.csv': 'x\n' },
    file: 'images.zip',
    takes: [[zip({ 'out/a.png': 'x', 'out/b.png': 'x' }), 2]],
    notes: /All files of the archive are in its folder out\//,
  },
  'JSON with a key for each task': {
    data: { 'sample_submission.json': '{"a": [], "b": []}' },
    file: 'submission.json',
    takes: [['{"b": [1], "a": [2]}', undefined]],
    refuses: [
      ['{"a": []}', /the key b of the sample is missing/],
      ['{"a": [], "b": [], "c": []}', /the key c is not in the sample/],
      ['[1]', /the sample holds keys, and this does not/],
      ['{"a": ', /submission\.json is not what its name says: it is not JSON/],
    ],
  },
  'Parquet, whose sample is CSV': {
    data: { 'sample_submission.csv': 'date_id,prediction\n101,0\n100,0\n102,0\n103,0\n104,0\n' },
    file: 'submission.parquet',
    takes: [[parquet('polars'), 5]],
    refuses: [
      ['id,y\n1,2\n', /it is not a Parquet file, as its name says, but something else/],
      ['PAR1....PAR1', /it is no Parquet file, or a damaged one/],
      [parquet('delta'), /the columns are id, y, expected date_id, prediction/],
    ],
  },
  'Parquet, as its sample is': {
    data: { 'sample_submission.parquet': parquet('pandas') },
    file: 'submission.parquet',
    output: {},
    takes: [],
    refuses: [[parquet('polars'), /the columns are date_id, prediction, expected id, seen, y/]],
  },
  'a file that is no CSV, whatever its name': {
    data: { 'sample_submission.csv': 'id,y\n1,0\n' },
    takes: [['id,y\n1,2\n', 1]],
    refuses: [
      ['', /the file is empty/],
      [
        zip({ 'a.csv': 'id' }),
        /submission\.csv is not what its name says: it is a zip archive by its content/,
      ],
      [gzipSync('id,y\n'), /it is a gzip file by its content/],
      ['PAR1xxxx', /it is a Parquet file by its content/],
      [Buffer.from('id,y\n1,2\n', 'utf16le'), /it holds bytes that are no text/],
      ['<!DOCTYPE html>\n<p>', /it is a web page by its content/],
      ['id;y\n1;2\n', /the columns are id;y, expected id, y/],
    ],
  },
  'a sample that JuliaKaggle.toml names': {
    data: { 'stage2/format.csv': 'id,z\n1,0\n', 'sample_submission.csv': 'id,y\n1,0\n' },
    output: { sample: 'stage2/format.csv' },
    takes: [['id,z\n1,2\n', 1]],
  },
};

async function check(
  { data, file = 'submission.csv', output = {} }: Form,
  content: string | Buffer,
): Promise<SubmissionFacts> {
  const dataFolder = await tempFolder(textsOf(data));
  for (const [name, bytes] of Object.entries(data))
    if (typeof bytes !== 'string') await writeFile(join(dataFolder, name), bytes);
  const dataFiles = Object.keys(data).map((name) => ({ name, bytes: 0, sha256: '' }));
  const path = join(await tempFolder(), file);
  await writeFile(path, content);
  const project = aProject({ output: { file, ...output } });
  return checkSubmission(path, expectationOf(project, { dataFolder, dataFiles }));
}

function textsOf(files: Files): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [name, typeof content === 'string' ? content : '']),
  );
}

async function refusal(form: Form, content: string | Buffer): Promise<UserError> {
  const error: unknown = await check(form, content).catch((thrown: unknown) => thrown);
  assert.ok(isUserError(error, 'submission-file'), `it was taken: ${JSON.stringify(error)}`);
  return error;
}

describe('what competitions ask for', () => {
  for (const [name, form] of Object.entries(FORMS)) {
    it(name, async () => {
      for (const [i, [content, count]] of form.takes.entries()) {
        const { rows, files, notes } = await check(form, content);
        assert.equal(rows ?? files, count);
        if (i > 0) continue;
        if (form.notes === undefined) assert.deepEqual(notes, []);
        else assert.match(notes.join('\n'), form.notes);
      }
      for (const [content, said] of form.refuses ?? [])
        assert.match((await refusal(form, content)).title, said);
    });
  }

  it('says how to leave the rows open where they are other than the sample’s', async () => {
    const form = FORMS['titanic, whose sample is gender_submission.csv'];
    assert.ok(form);
    const { actions, detail } = await refusal(form, 'PassengerId,Survived\n1,1\n');
    assert.ok(actions.some(({ title }) => title.includes('[output] rows = "any"')));
    assert.match(detail ?? '', /compared with gender_submission\.csv/);
  });

  it('refuses a sample in JuliaKaggle.toml that the data do not have, and names the one they have', () => {
    const project = aProject({ output: { file: 'submission.csv', sample: 'sample_submission.csv' } });
    const dataFiles = ['train.csv', 'gender_submission.csv'].map((name) => ({ name, bytes: 0, sha256: '' }));
    assert.throws(
      () => expectationOf(project, { dataFolder: '/data', dataFiles }),
      (error) =>
        isUserError(error, 'config-invalid') && error.actions[0].title.includes('"gender_submission.csv"'),
    );
  });
});

describe('the sample among the data', () => {
  const found: [names: string[], file: string, sample: string | undefined][] = [
    [['train.csv', 'gender_submission.csv'], 'submission.csv', 'gender_submission.csv'],
    [['sample_submission_null.csv', 'sample_submission.csv'], 'submission.csv', 'sample_submission.csv'],
    [
      ['stage1_sample_submission.csv', 'stage2_sample_submission.csv'],
      's.csv',
      'stage2_sample_submission.csv',
    ],
    [['sample_submission.csv', 'sample_submission.json'], 'submission.json', 'sample_submission.json'],
    [['sampleSubmission.csv.zip', 'train.csv.zip'], 'submission.csv', 'sampleSubmission.csv.zip'],
    [['data/sample_submission.csv', 'sample_submission_v2.csv'], 's.csv', 'data/sample_submission.csv'],
    [['sample_solution.csv', 'sample.mp4'], 'submission.csv', 'sample_solution.csv'],
    [['example_entry.csv'], 'submission.csv', 'example_entry.csv'],
    [['submission_guide.md', 'make_submission.py', 'train.csv'], 'submission.csv', undefined],
    [[], 'submission.csv', undefined],
  ];
  for (const [names, file, sample] of found)
    it(`of ${names.join(', ') || 'nothing'} for ${file} is ${sample ?? 'none'}`, () => {
      const dataFiles = names.map((name) => ({ name, bytes: 0, sha256: '' }));
      const project = aProject({ output: { file } });
      assert.equal(expectationOf(project, { dataFolder: '/data', dataFiles }).sampleName, sample);
    });
});

describe('an archive that means harm', () => {
  const plain = { name: 'a.txt', content: Buffer.from('x') };
  const huge = Buffer.alloc(120_000_000, '0');
  const hostile: Readonly<Record<string, readonly [archive: () => Buffer, file: string, said: RegExp]>> = {
    'by a name that leads outside': [
      () => zipOf(plain, { name: '../../etc/x', content: plain.content }),
      'submission.zip',
      /damaged zip archive \(invalid relative path: \.\.\/\.\.\/etc\/x\)/,
    ],
    'by an absolute name': [
      () => zipOf(plain, { name: '/etc/x', content: plain.content }),
      'submission.zip',
      /absolute path: \/etc\/x/,
    ],
    'by a link': [
      () => zipOf(plain, { name: 'b', content: Buffer.from('/etc/passwd'), claims: { mode: 0o120777 } }),
      'submission.zip',
      /b in it is a link or a device/,
    ],
    'by a name that comes twice': [() => zipOf(plain, plain), 'submission.zip', /a\.txt is in it twice/],
    'by a password': [
      () => zipOf(plain, { ...plain, name: 'b', claims: { encrypted: true } }),
      'submission.zip',
      /b in it is encrypted/,
    ],
    'by growing beyond measure': [
      () => zipOf(plain, { name: 'b', content: huge }),
      'submission.zip',
      /unpack to more than .* MB, which no submission does/,
    ],
    'by growing more than it says': [
      () => zipOf({ name: 'a.csv', content: Buffer.from('id,y\n1,2\n'), claims: { bytes: 4 } }),
      'submission.zip',
      /damaged zip archive \(too many bytes/,
    ],
    'as a table of short rows that grows beyond measure': [
      () => gzipSync(`id,y\n${`0,${'0'.repeat(98)}\n`.repeat(1_100_000)}`),
      'submission.csv.gz',
      /unpack to more than .* MB, which no submission does/,
    ],
    'as a table without an end': [
      () => gzipSync(huge),
      'submission.csv.gz',
      /is not what its name says: row 1: it has no end/,
    ],
  };
  for (const [name, [archive, file, said]] of Object.entries(hostile)) {
    it(`${name} is refused`, async () => {
      const form = { data: { 'train.csv': 'x\n' }, file, takes: [] };
      assert.match((await refusal(form, archive())).title, said);
    });
  }
});
