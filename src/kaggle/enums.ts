/** One of Kaggle's enumerations. */
export interface WireEnum<Name extends string> {
  /** The type's prefix, which some answers put before the name, e.g. `KERNEL_WORKER_STATUS_`. */
  readonly prefix: string;
  /** Every name, in the order of its number, from 0. */
  readonly names: readonly [Name, ...Name[]];
}

/**
 * Reads an enumeration's value in any of the forms it comes in: the name, in any case, with or without the type's
 * prefix, in lowerCamel, or the number. Nothing there means the value numbered 0. (kaggle-api 0.4)
 * @returns the name as listed, or undefined for a value that is not known here.
 */
export function readEnum<Name extends string>(
  { prefix, names }: WireEnum<Name>,
  value: string | number | undefined,
): Name | undefined {
  if (value === undefined) return names[0];
  if (typeof value === 'number') return names[value];
  if (/^\d+$/.test(value)) return names[Number(value)];
  const spelled = plain(value);
  const wanted = spelled.startsWith(plain(prefix)) ? spelled.slice(plain(prefix).length) : spelled;
  return names.find((name) => plain(name) === wanted);
}

function plain(name: string): string {
  return name.replaceAll('_', '').toUpperCase();
}
