import * as l10n from '@vscode/l10n';
import { defined } from '../../base/defined.ts';
import type { Engine } from '../../docker/engine.ts';
import type { BundlePart } from '../artefacts.ts';
import { juliaMounts } from '../contract/image/julia.ts';
import { type Codec, tarballPath } from '../packing.ts';
import type { StageContext } from '../stage.ts';
import type { PackInput, TarballPlan } from './plan.ts';
import { packTarball, type TarballRequest } from './tarball/pack-tarball.ts';

/** Where and how tarballs are made. */
export interface Packing {
  readonly engine: Engine;
  readonly codec: Codec;
}

/** Packs a tarball as a part of the bundle. */
export async function packPart(
  { engine, codec }: Packing,
  plan: TarballPlan,
  { build }: Pick<PackInput, 'build'>,
  context: StageContext,
  prove?: TarballRequest['prove'],
): Promise<BundlePart> {
  context.progress(l10n.t('Packing {0}', plan.kind));
  const path = tarballPath(context.folder, plan.kind);
  const { bytes, sha256 } = await packTarball(
    engine,
    {
      image: build.image.name,
      mounts: [...juliaMounts(build), ...(plan.mounts ?? [])],
      root: '/root',
      paths: plan.paths,
      options: ['--anchored', '--no-wildcards', ...plan.exclude.map((excluded) => `--exclude=${excluded}`)],
      codec,
      folder: context.files,
      target: path,
      ...defined({ prove }),
    },
    (progress) => context.progress(l10n.t('Packing {0}', plan.kind), progress.bytes),
  );
  return {
    kind: plan.kind,
    fingerprint: plan.fingerprint,
    files: [{ name: plan.kind, path, bytes, sha256 }],
  };
}
