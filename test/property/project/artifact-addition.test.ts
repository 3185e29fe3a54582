import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitsKaggle, parseArtifacts } from '../../../src/julia/artifacts.ts';
import { parseToml, tomlText } from '../../../src/julia/toml.ts';
import { planArtifactAddition } from '../../../src/core/scaffold/artifact-addition.ts';

const FILE = '/p/Artifacts.toml';
const NAMES = ['stations', 'weights', 'lazy', 'a b'] as const;

interface Variant {
  readonly hash: string;
  readonly lazy: boolean;
  readonly os: string | undefined;
  readonly comment: string;
}

const variant: fc.Arbitrary<Variant> = fc.record({
  hash: fc.stringMatching(/^[0-9a-f]{8}$/),
  lazy: fc.boolean(),
  os: fc.constantFrom(undefined, 'linux', 'macos', 'windows'),
  comment: fc.constantFrom('', ' # ours', ' # lazy = true', " # fetched 'late'"),
});

const quoted = (name: string): string => (/^\w+$/.test(name) ? name : JSON.stringify(name));

/** The forms in which people and tools write an artifact. */
const FORMS = {
  list: (name: string, variants: readonly Variant[]) =>
    variants.flatMap((each) => [`[[${quoted(name)}]]`, ...lines(each), ...download(name, true)]),
  table: (name: string, [first]: readonly Variant[]) =>
    first === undefined
      ? []
      : [`[ ${quoted(name)} ]${first.comment}`, ...lines(first), ...download(name, false)],
  inline: (name: string, [first]: readonly Variant[]) =>
    first === undefined
      ? []
      : [
          `${quoted(name)} = { ${first.lazy ? 'lazy = true, ' : ''}"git-tree-sha1" = "${first.hash}"${first.os === undefined ? '' : `, os = "${first.os}"`} }${first.comment}`,
        ],
  inlineLast: (name: string, [first]: readonly Variant[]) =>
    first === undefined
      ? []
      : [
          `${quoted(name)} = {git-tree-sha1 = "${first.hash}"${first.lazy ? ',lazy=true' : ''}}${first.comment}`,
        ],
  dotted: (name: string, [first]: readonly Variant[]) =>
    first === undefined
      ? []
      : [
          `${quoted(name)}.git-tree-sha1 = "${first.hash}"`,
          ...(first.lazy ? [`${quoted(name)}.lazy = true${first.comment}`] : []),
        ],
} as const;

function lines({ hash, lazy, os, comment }: Variant): string[] {
  return [
    `  git-tree-sha1 = "${hash}"${comment}`,
    ...(os === undefined ? [] : [`os = "${os}"`, 'arch = "x86_64"']),
    ...(lazy ? [`  "lazy" = true${comment}`] : ['# lazy = true, once']),
  ];
}

function download(name: string, isList: boolean): string[] {
  const key = `${quoted(name)}.download`;
  return [
    '',
    isList ? `    [[${key}]]` : `    [[${key}]]`,
    '    sha256 = "ab"',
    '    url = "https://x/?lazy = true"',
  ];
}

const artifact = fc.record({
  form: fc.constantFrom('list', 'table', 'inline', 'inlineLast', 'dotted'),
  variants: fc.array(variant, { minLength: 1, maxLength: 3 }),
});

/** A whole file: one artifact for some of the names. Keys without a header have to come first. */
const document = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }),
    fc.array(artifact, { minLength: 4, maxLength: 4 }),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
  )
  .map(([names, artifacts, end, isEnded]) => {
    const written = names.map((name, index) => {
      const { form = 'list', variants = [] } = artifacts[index] ?? {};
      return { isHeadless: !['list', 'table'].includes(form), lines: FORMS[form](name, variants) };
    });
    const ordered = [
      ...written.filter(({ isHeadless }) => isHeadless),
      ...written.filter(({ isHeadless }) => !isHeadless),
    ];
    const text = ['# artifacts', ...ordered.flatMap((each) => each.lines)].join(end);
    return { name: names[0] ?? '', text: isEnded ? `${text}${end}` : text };
  });

/** The file's content as it has to be afterwards. */
function expected(text: string, name: string): string {
  const top = JSON.parse(JSON.stringify(parseToml(text, FILE))) as Record<string, unknown>;
  const value = top[name];
  for (const table of (Array.isArray(value) ? value : [value]) as Record<string, unknown>[])
    if (['linux', undefined].includes(table['os'] as string | undefined)) delete table['lazy'];
  return tomlText(top);
}

function isSubsequence(some: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const line of all) if (line === some[at]) at += 1;
  return at === some.length;
}

describe('planArtifactAddition', () => {
  it('takes lazy = true out of any file of the person’s own, and touches nothing else', () => {
    fc.assert(
      fc.property(document, ({ name, text }) => {
        const files = [{ package: 'Inference', file: FILE, text, isLocal: true }];
        const wanted = parseArtifacts(text, FILE).filter((entry) => entry.name === name && fitsKaggle(entry));
        fc.pre(wanted.length > 0);
        const plan = planArtifactAddition({ artifact: name, files, own: { file: FILE, text } });
        if (!wanted.some(({ lazy }) => lazy)) return assert.equal(plan, undefined);
        assert.ok(plan !== undefined);
        assert.equal(tomlText(parseToml(plan.after, FILE)), expected(text, name));
        const rest = plan.after.split('\n').filter((line) => line !== '' && !line.includes('git-tree-sha1'));
        assert.ok(isSubsequence(rest, text.split('\n')), 'a line was added or changed');
        const gone = text.split('\n').length - plan.after.split('\n').length;
        assert.ok(gone <= wanted.filter(({ lazy }) => lazy).length, 'more than the setting went');
        return undefined;
      }),
      { numRuns: 300 },
    );
  });

  it('enters an artifact of a registered package at the end of the project’s file, and leaves the rest as it is', () => {
    fc.assert(
      fc.property(document, fc.option(document, { nil: undefined }), ({ name, text }, own) => {
        const wanted = parseArtifacts(text, FILE).filter((entry) => entry.name === name && fitsKaggle(entry));
        fc.pre(wanted.some(({ lazy }) => lazy));
        const ownFiles =
          own === undefined ? [] : [{ package: 'Inference', file: FILE, text: own.text, isLocal: true }];
        fc.pre(
          own === undefined ||
            !parseArtifacts(own.text, FILE).some(
              (entry) => entry.name === name && entry.lazy && fitsKaggle(entry),
            ),
        );
        const files = [
          ...ownFiles,
          { package: 'Reg', file: 'packages/Reg/x/Artifacts.toml', text, isLocal: false },
        ];
        const plan = planArtifactAddition({ artifact: name, files, own: { file: FILE, text: own?.text } });
        const had =
          own === undefined
            ? []
            : parseArtifacts(own.text, FILE)
                .filter(({ lazy }) => !lazy)
                .map(({ treeHash }) => treeHash);
        if (wanted.every(({ treeHash }) => had.includes(treeHash))) return assert.equal(plan, undefined);
        assert.ok(plan !== undefined);
        assert.ok(plan.after.startsWith(own?.text ?? ''));
        const now = parseArtifacts(plan.after, FILE);
        const before = own === undefined ? [] : parseArtifacts(own.text, FILE);
        assert.deepEqual(now.slice(0, before.length), before);
        const added = now.slice(before.length);
        assert.deepEqual(
          added.map(({ treeHash, tags, lazy }) => ({ treeHash, tags, lazy })),
          wanted.map(({ treeHash, tags }) => ({ treeHash, tags, lazy: false })),
        );
        const again = planArtifactAddition({
          artifact: name,
          files: [
            { package: 'Inference', file: FILE, text: plan.after, isLocal: true },
            ...files.slice(ownFiles.length),
          ],
          own: { file: FILE, text: plan.after },
        });
        return assert.equal(again, undefined, 'a second time there is nothing to add');
      }),
      { numRuns: 300 },
    );
  });
});
