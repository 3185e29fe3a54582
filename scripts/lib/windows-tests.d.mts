export function leftOut(root: string): { paths: readonly string[]; titles: readonly string[] };
export function testsOf(root: string, patterns?: readonly string[]): readonly string[];
