/** What the program's exit code says. */
export const EXIT = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const;
