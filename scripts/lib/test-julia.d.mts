/** Types of what tests use of test-julia.mjs. */
export declare const JULIA_VERSION: string;
export declare const JULIA_CACHES: string;
export declare function versionIn(tarball: string): string;
export declare function useTestJulia(examples: string): Promise<void>;
/** The examples, for the Julia that the suites run. */
export declare function examplesFor(root: string): Promise<string>;
