import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Checkouts, claimed, type Folder, ownId } from '../../../src/core/pipeline/checkouts.ts';

/** Folders by their paths, each with a number of its own as a file system gives it. */
type Disk = Map<string, number>;

const PATHS = ['/a', '/b', '/c'];
const path = fc.constantFrom(...PATHS);
const step = fc.oneof(
  fc.record({ kind: fc.constant('make' as const), path }),
  fc.record({ kind: fc.constant('remove' as const), path }),
  fc.record({ kind: fc.constant('move' as const), path, to: path }),
  fc.record({ kind: fc.constant('copy' as const), path, to: path }),
  fc.record({ kind: fc.constant('ask' as const), path }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Machine {
  readonly disk: Disk = new Map();
  checkouts: Checkouts = {};
  #count = 0;

  do(each: Step): void {
    const { disk } = this;
    const number = disk.get(each.path);
    if (each.kind === 'make' && number === undefined) disk.set(each.path, (this.#count += 1));
    if (number === undefined) return;
    if (each.kind === 'remove') disk.delete(each.path);
    if (each.kind === 'ask') this.ask(each.path);
    if (each.kind === 'copy' && !disk.has(each.to)) disk.set(each.to, (this.#count += 1));
    if (each.kind === 'move' && !disk.has(each.to)) {
      disk.delete(each.path);
      disk.set(each.to, number);
    }
  }

  /** As `checkoutOf` does it. */
  ask(at: string): string {
    const look = lookOf(this.disk.get(at) ?? assert.fail());
    const folder: Folder = { path: at, look };
    const moved = Object.entries(this.checkouts).find(
      ([other, known]) =>
        other !== at && known.look.inode === look.inode && `${this.disk.get(other)}` !== look.inode,
    );
    const id = ownId(this.checkouts, folder, moved?.[0]) ?? `id-${(this.#count += 1)}`;
    this.checkouts = claimed(this.checkouts, folder, id);
    return id;
  }
}

function lookOf(number: number): Folder['look'] {
  return { device: '1', inode: `${number}`, born: '1' };
}

describe('the ids of project folders', () => {
  it('are never those of two folders, whatever is moved, copied and removed between two looks', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const machine = new Machine();
        for (const each of steps) machine.do(each);
        const asked = [...machine.disk.keys()].map((at) => machine.ask(at));
        assert.equal(new Set(asked).size, asked.length, 'no two folders have one');
        assert.deepEqual(
          [...machine.disk.keys()].map((at) => machine.ask(at)),
          asked,
          'asking changes nothing',
        );
      }),
      { numRuns: 500 },
    );
  });
});
