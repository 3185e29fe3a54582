// Builds the extension, the command line and the panel page into dist/. Options: --minify, --watch, --only=cli.
import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import esbuild from 'esbuild';

const minify = process.argv.includes('--minify');

/** Options of the two Node.js bundles. */
const node = {
  bundle: true,
  minify,
  sourcemap: !minify,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // ssh2's optional native parts; it works without them.
  external: ['vscode', 'cpu-features', '*.node'],
  // Resources are read beside the running file: src/<folder>/<module>.ts in development, dist/ in a bundle.
  define: { 'import.meta.dirname': '__dirname' },
  logLevel: 'warning',
};

const all = [
  {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...node,
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    bundle: true,
    minify,
    sourcemap: !minify,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: { panel: 'webview-ui/src/main.ts' },
    outdir: 'dist/webview',
    logLevel: 'warning',
  },
];

const only = process.argv.find((option) => option.startsWith('--only='))?.slice('--only='.length);
const bundles = all.filter(({ entryPoints }) => only === undefined || only in entryPoints);

/** Folders of resources (Julia, Python and shell programs) by their name below dist/; names must not meet. */
async function copyResources(folder = 'src', taken = new Map()) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    const files = (await readdir(path)).filter((name) => /\.(jl|py|sh|html|css)$/.test(name));
    for (const file of files) {
      const target = join('dist', entry.name, file);
      if (taken.has(target))
        throw new Error(`${join(path, file)} and ${taken.get(target)} would meet in ${target}`);
      taken.set(target, join(path, file));
      await cp(join(path, file), target);
    }
    await copyResources(path, taken);
  }
}

await rm('dist', { recursive: true, force: true });
await copyResources();
if (process.argv.includes('--watch')) {
  for (const options of bundles) await (await esbuild.context(options)).watch();
} else {
  await Promise.all(bundles.map((options) => esbuild.build(options)));
}
