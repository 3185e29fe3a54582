import { it } from 'mocha';

/**
 * One attack, as a test that builds it for real.
 * @param finding the id of what it belongs to in the threat model, e.g. `C1`, `M4`, or an area such as `git` for those
 * that never got through.
 * @param tried what the attacker tries, in a few words; unique.
 * @param heldBy what holds it: the module or mechanism, e.g. `base/guarded-folder`.
 */
export function attack(
  finding: string,
  tried: string,
  heldBy: string,
  body: () => Promise<void> | void,
): void {
  it(`${finding}: ${tried} — held by ${heldBy}`, body);
}
