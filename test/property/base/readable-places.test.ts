import { strict as assert } from 'node:assert';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { isUserError } from '../../../src/base/errors.ts';
import { placesToAsk, ReadablePlaces } from '../../../src/base/readable-places.ts';
import { withTempFolder } from '../../support/temp.ts';

/** Folders of a machine with their files; the first is the project. */
const FOLDERS = [
  'repo/project',
  'repo/project/sub',
  'repo/beside',
  'agreed',
  'agreed/deep',
  'outside',
  'outside/deep',
];
const READABLE = FOLDERS.slice(0, 5);

const place = fc.constantFrom(...FOLDERS);
const links = fc.array(
  fc.record({
    in: place,
    name: fc.constantFrom('l', 'm', 'n'),
    to: place,
    file: fc.boolean(),
    chained: fc.boolean(),
  }),
  { maxLength: 6 },
);
const ways = fc.array(fc.constantFrom('l', 'm', 'n', 'file', 'sub', 'deep', '..'), {
  minLength: 1,
  maxLength: 5,
});

describe('what may be read', () => {
  it('never gives what lies outside, by whatever links', async () => {
    await fc.assert(
      fc.asyncProperty(
        links,
        fc.array(ways, { minLength: 5, maxLength: 20 }),
        fc.boolean(),
        async (made, paths, isTree) => {
          await withTempFolder(async (top) => {
            for (const folder of FOLDERS) {
              await mkdir(join(top, folder), { recursive: true });
              await writeFile(join(top, folder, 'file'), folder);
            }
            if (isTree) await mkdir(join(top, 'repo', '.git'));
            for (const link of made) {
              const from = join(top, link.in, link.name);
              const last = link.chained ? 'l' : link.file ? 'file' : '';
              await symlink(relative(dirname(from), join(top, link.to, last)), from).catch(() => undefined);
            }
            const project = join(top, 'repo', 'project');
            const places = await ReadablePlaces.around(project, { agreed: [join(top, 'agreed')] });
            for (const way of paths) {
              const text = await places.readText(join(project, ...way)).catch((error: unknown) => {
                if (!isUserError(error, 'unsafe-path') && !isUserError(error, 'outside-project')) throw error;
                return undefined;
              });
              if (text === undefined) continue;
              assert.ok(READABLE.includes(text), text);
              assert.ok(isTree || text !== 'repo/beside', text);
            }
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  const path = fc
    .array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 4 })
    .map((parts) => `/${parts.join('/')}`);
  const paths = fc.array(path, { maxLength: 6 });
  const holds = (folder: string, one: string): boolean => one === folder || one.startsWith(`${folder}/`);

  it('is asked for as far as it is not allowed: all that is needed, nothing twice, and nothing else', () => {
    fc.assert(
      fc.property(paths, paths, (needed, allowed) => {
        const asked = placesToAsk(needed, allowed);
        for (const one of needed) assert.ok([...asked, ...allowed].some((each) => holds(each, one)));
        for (const one of asked) {
          assert.ok(needed.includes(one));
          assert.ok(!allowed.some((each) => holds(each, one)));
          assert.deepEqual(
            asked.filter((each) => holds(each, one)),
            [one],
          );
        }
      }),
    );
  });
});
