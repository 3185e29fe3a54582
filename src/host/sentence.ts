/**
 * Pure: a plan or a result as a sentence begins. They are worded to stand in a line of a terminal; a name at their
 * beginning (`ada/notebook`, `tides-app v3`) stays as it is.
 */
export function sentence(text: string): string {
  return /^[a-z]+(?:[ ,.:]|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
