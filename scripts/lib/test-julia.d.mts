/** Types of what tests use of test-julia.mjs. */
export declare const JULIA_VERSION: string;
export declare const JULIA_CACHES: string;
export declare function versionIn(tarball: string): string;
export declare function useTestJulia(examples: string): Promise<void>;
