/** A variable of the environment that is set to nothing is as good as unset. */
export function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
