type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that are not undefined, for types whose members may be absent but not undefined. */
export function defined<T extends object>(members: T): Defined<T> {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  // What is left of a T without its undefined members is a Defined<T>; the type system cannot follow the filter.
  return Object.fromEntries(present) as Defined<T>;
}
