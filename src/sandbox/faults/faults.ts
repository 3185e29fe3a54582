import type { Fault } from './fault.ts';
import { parseFault } from './fault-spec.ts';
import { faultText } from './fault-text.ts';

/** A fault that is set. */
export interface ActiveFault {
  readonly id: number;
  /** As `parseFault` reads it. */
  readonly fault: string;
  /** How many matching occasions there were since it was set. */
  readonly seen: number;
  /** How many of them it struck. */
  readonly struck: number;
}

interface Entry {
  readonly id: number;
  readonly fault: Fault;
  seen: number;
  struck: number;
}

type FaultOn<K extends Fault['on']> = Extract<Fault, { readonly on: K }>;

/** The faults that are set, and what they have struck. They are not kept over a restart. */
export class Faults {
  readonly #entries: Entry[] = [];
  #lastId = 0;

  /** `methods`: names of the API's methods. */
  constructor(private readonly methods: readonly string[]) {}

  /** @throws UserError `wrong-usage` */
  add(spec: string): ActiveFault {
    const fault = parseFault(spec, this.methods);
    this.#lastId += 1;
    const entry = { id: this.#lastId, fault, seen: 0, struck: 0 };
    this.#entries.push(entry);
    return describe(entry);
  }

  list(): readonly ActiveFault[] {
    return this.#entries.map(describe);
  }

  /** Takes away one fault, or all of them. Returns how many it took. */
  clear(id?: number): number {
    const kept = this.#entries.filter((entry) => id !== undefined && entry.id !== id);
    const taken = this.#entries.length - kept.length;
    this.#entries.splice(0, Infinity, ...kept);
    return taken;
  }

  /**
   * The fault that strikes on an occasion, if any. `place` gives where on this occasion a fault would strike (undefined:
   * it does not match). Of several the first in place strikes, then the first that was set. Those at the same place count
   * the occasion too; those behind it do not, since it never comes that far.
   */
  take<K extends Fault['on']>(
    on: K,
    place: (fault: FaultOn<K>) => number | undefined = () => 0,
  ): FaultOn<K> | undefined {
    let struck: { readonly fault: FaultOn<K>; readonly at: number } | undefined;
    for (const { entry, fault, at } of this.#matching(on, place)) {
      if (struck !== undefined && at > struck.at) break;
      entry.seen += 1;
      if (struck !== undefined || !isDue(fault, entry.seen)) continue;
      entry.struck += 1;
      struck = { fault, at };
    }
    return struck?.fault;
  }

  /** Whether one would strike on the next occasion. Counts nothing. */
  isDue(on: Fault['on']): boolean {
    return this.#entries.some(({ fault, seen }) => fault.on === on && isDue(fault, seen + 1));
  }

  #matching<K extends Fault['on']>(
    on: K,
    place: (fault: FaultOn<K>) => number | undefined,
  ): { entry: Entry; fault: FaultOn<K>; at: number }[] {
    const isOn = (fault: Fault): fault is FaultOn<K> => fault.on === on;
    const found = this.#entries.flatMap((entry) => {
      const at = isOn(entry.fault) ? place(entry.fault) : undefined;
      return isOn(entry.fault) && at !== undefined ? [{ entry, fault: entry.fault, at }] : [];
    });
    return found.sort((a, b) => a.at - b.at);
  }
}

function isDue({ when }: Fault, occasion: number): boolean {
  return occasion >= when.first && occasion <= when.last;
}

function describe({ id, fault, seen, struck }: Entry): ActiveFault {
  return { id, fault: faultText(fault), seen, struck };
}
