export interface MirrorOptions {
  /** Folder with `julia-<version>-linux-x86_64.tar.gz` and their `.sha256` files. */
  juliaFolder: string;
  /** Folder with `<git-tree-sha1>.tar.gz` files. */
  artifactsFolder: string;
  /** Address to listen on; 127.0.0.1 when not given. */
  host?: string;
  /** Port to listen on; a free one when 0 or not given. */
  port?: number;
  /** Told of every answer, when it is complete. */
  onRequest?: (request: { method: string; path: string; status: number }) => void;
}

export interface Mirror {
  /** `http://host:port`, without a slash at the end. */
  url: string;
  port: number;
  /** Ends the server and every connection. */
  close(): Promise<void>;
}

/** What `/bin/versions.json` holds, in the schema of the Julia site. */
export type Versions = Record<string, { stable: boolean; files: VersionFile[] }>;

export interface VersionFile {
  url: string;
  triplet: string;
  kind: 'archive';
  arch: string;
  sha256: string;
  size: number;
  version: string;
  os: string;
  extension: string;
}

/** Starts the mirror. */
export function startMirror(options: MirrorOptions): Promise<Mirror>;
