/** Types of what tests use of steps.mjs. */
export declare const STANDIN_IMAGE: string;
export declare function startJuliaMirror(
  juliaFolder: string | undefined,
  knownHost?: string,
): Promise<{
  environment: Record<string, string>;
  /** The address at which containers reach a package server on this machine. */
  packageHost: string;
  close(): Promise<void>;
}>;
/** The folder with a Julia tarball made here, or undefined for the official site. */
export declare function prepareJulia(): Promise<string | undefined>;
export declare function startSandbox(
  image?: string,
  folder?: string,
): Promise<{ page: string; environment: Record<string, string>; close(): Promise<void> }>;
/** The examples by what they show. */
export declare const EXAMPLES: {
  readonly notebook: { readonly project: string; readonly competition: string };
};
export declare class StepError extends Error {}
export declare function run(command: string, args: readonly string[]): Promise<void>;
export declare function read(command: string, args: readonly string[]): Promise<string>;
export declare function step<T>(name: string, work: () => Promise<T>): Promise<T>;
/** The folder of the repository. */
export declare const ROOT: string;
/** Where what was fetched for development is kept. */
export declare const CACHE: string;
export declare function build(...options: string[]): Promise<unknown>;
export declare function prepareEngine(): Promise<string>;
export declare function prepareImage(): Promise<string>;
export declare function prepareEvaluationImage(): Promise<string>;
