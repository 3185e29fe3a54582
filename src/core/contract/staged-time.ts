const SECONDS_FROM = Date.UTC(2001, 0, 1) / 1000;
const SECONDS_UNTIL = Date.UTC(2018, 0, 1) / 1000;
/** 48 bits: as much as a number holds exactly, with room to spare. */
const HEX_DIGITS = 12;

/**
 * The modification time that a staged file gets, from the hex sha256 of its content: whole seconds since 1970, in the
 * years 2001 to 2017. Equal content has the same time on every machine and other content another one, which is all
 * that Julia up to 1.10 compares (julia-facts section 3). Whole seconds survive every archive, and none is ever in
 * the future.
 * @throws RangeError when the text is no sha256.
 */
export function stagedMtimeSeconds(sha256: string): number {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError(`not a sha256: ${sha256}`);
  const start = Number.parseInt(sha256.slice(0, HEX_DIGITS), 16);
  return SECONDS_FROM + (start % (SECONDS_UNTIL - SECONDS_FROM));
}
