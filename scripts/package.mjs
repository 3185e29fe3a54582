// npm run package: the minified bundles, and of them the extension, dist/julia-on-kaggle.vsix, and the command line,
// dist/julia-on-kaggle.tgz. The same sources give the same bytes (docs/decisions/0020).
import { chmod, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { build, npm, read, ROOT, StepError } from './lib/steps.mjs';

/** 1 January 1980: zip files know no earlier day. */
const FIRST_DAY = '315532800';

process.chdir(ROOT);
process.umask(0o022);
// The time of a file in a zip is local time, without a zone.
process.env.TZ = 'UTC';
process.env.SOURCE_DATE_EPOCH ??= FIRST_DAY;

try {
  await build('--minify');
  const { createVSIX, listFiles, PackageManager } = await import('@vscode/vsce');
  // A checkout has the modes of its owner's umask, and the archive keeps them.
  for (const file of await listFiles({ packageManager: PackageManager.None })) await chmod(file, 0o644);
  // Everything is bundled: no package is to be looked for.
  await createVSIX({ dependencies: false, packagePath: join('dist', 'julia-on-kaggle.vsix') });
  const name = await read(...npm('pack', '--silent', '--pack-destination', 'dist'));
  await rename(join('dist', name), join('dist', 'julia-on-kaggle.tgz'));
} catch (error) {
  console.error(error instanceof StepError ? error.message : error);
  process.exitCode = 1;
}
