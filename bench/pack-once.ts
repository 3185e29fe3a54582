// Packs one tarball in a process of its own, so that its peak memory is that of the program. Argument: the request.
import { GuardedFolder } from '../src/base/guarded-folder.ts';
import { packTarball, type TarballRequest } from '../src/core/pack/tarball/pack-tarball.ts';
import { benchEngine } from './engine.ts';

export interface Packed {
  readonly seconds: number;
  readonly bytes: number;
  readonly rawBytes: number;
  readonly sha256: string;
  /** The largest that the whole process ever was, with the compiler of its TypeScript. */
  readonly peakMemoryBytes: number;
}

/** What a process can be told of a tarball: the folder by its path. */
export type PackRequest = Omit<TarballRequest, 'folder'> & { readonly folder: string };

const told = JSON.parse(process.argv[2] ?? '') as PackRequest;
const request: TarballRequest = { ...told, folder: new GuardedFolder(told.folder) };
const engine = await benchEngine();
const started = Date.now();
const tarball = await packTarball(engine, request, () => undefined);
const packed: Packed = {
  ...tarball,
  seconds: (Date.now() - started) / 1000,
  peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
};
console.log(JSON.stringify(packed));
process.exit();
