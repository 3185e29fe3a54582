// Builds the extension, the command line and the panel page into dist/.
// Options: --minify, --watch, --only=cli, --outdir=FOLDER.
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import esbuild from 'esbuild';
import { bundledPackages, noticesText } from './scripts/lib/notices.mjs';

const option = (name) =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const minify = process.argv.includes('--minify');
const out = option('outdir') ?? 'dist';

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

const outCjs = { outdir: out, outExtension: { '.js': '.cjs' } };

/**
 * The extension comes in files, each of which is loaded when it is first needed (docs/decisions/0009):
 * extension.cjs with what the editor starts with, core.cjs with what it imports dynamically from below src/, and
 * packages.cjs with what core.cjs imports dynamically, the engine library. esbuild itself splits ES modules only.
 */
const core = new Map();
const packages = new Map();

/** Named by where it is, not by when esbuild's threads came to it, so that each build gives the same bytes. */
const exportedName = (path) => relative('.', path).replaceAll(/\W/g, '_');

/** Puts modules that are imported dynamically into another file, which is loaded with the first of them. */
const lazily = (file, modules) => ({
  name: file,
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /./ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === 'seen') return undefined;
      const found = await resolve(path, { kind: 'import-statement', resolveDir, pluginData: 'seen' });
      if (found.errors.length > 0) return { errors: found.errors };
      modules.set(found.path, exportedName(found.path));
      return { path: found.path, namespace: 'lazy' };
    });
    onLoad({ filter: /./, namespace: 'lazy' }, ({ path }) => ({
      contents: `module.exports = require('./${file}').${modules.get(path)};`,
      resolveDir: '.',
    }));
    onResolve({ filter: /^\.\/(core|packages)\.cjs$/ }, ({ path, namespace }) =>
      namespace === 'lazy' ? { path, external: true } : undefined,
    );
  },
});

/** The file with these modules, which are known once the file that loads it is built. `what`: how each is exported. */
const collection = (name, modules, what) => ({
  ...node,
  ...outCjs,
  entryPoints: { [name]: `collected:${name}` },
  plugins: [
    {
      name: `collected ${name}`,
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^collected:/ }, ({ path }) => ({ path, namespace: 'collected' }));
        onLoad({ filter: /./, namespace: 'collected' }, () => ({
          contents: [...modules]
            .sort()
            .map(([path, key]) => `export ${what(key)} from ${JSON.stringify(path)};`)
            .join('\n'),
          resolveDir: '.',
        }));
      },
    },
  ],
});

/** The texts' translation is set once for all files of the extension: they share the file with it. */
const sharedTexts = {
  name: 'shared texts',
  setup({ onResolve }) {
    onResolve({ filter: /^@vscode\/l10n$/ }, () => ({ path: './l10n.cjs', external: true }));
  },
};

const coreFile = collection('core', core, (key) => `* as ${key}`);
coreFile.plugins.push(lazily('packages.cjs', packages), sharedTexts);

/** In this order: a file is built after the one that says what is in it. */
const all = [
  {
    ...node,
    ...outCjs,
    entryPoints: { extension: 'src/extension.ts' },
    plugins: [lazily('core.cjs', core), sharedTexts],
  },
  coreFile,
  { ...node, ...outCjs, entryPoints: { l10n: '@vscode/l10n' } },
  // CommonJS packages: what they export is their default.
  collection('packages', packages, (key) => `{ default as ${key} }`),
  {
    ...node,
    ...outCjs,
    entryPoints: { cli: 'src/cli/main.ts' },
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...node,
    // A program of its own, beside the scripts, which cli.cjs and core.cjs both start.
    format: 'esm',
    entryPoints: { 'read-parquet': 'src/base/scripts/read-parquet.mjs' },
    outdir: join(out, 'scripts'),
    outExtension: { '.js': '.mjs' },
  },
  {
    bundle: true,
    minify,
    sourcemap: !minify,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: { panel: 'webview-ui/src/main.ts' },
    outdir: join(out, 'webview'),
    logLevel: 'warning',
  },
];

const only = option('only');
const bundles = all.filter(
  ({ entryPoints }) => only === undefined || only in entryPoints || 'read-parquet' in entryPoints,
);

/** Folders of resources (Julia, Python and shell programs) by their name below dist/; names must not meet. */
async function copyResources(folder = 'src', taken = new Map()) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    const files = (await readdir(path)).filter((name) => /\.(jl|py|sh|html|css)$/.test(name));
    for (const file of files) {
      const target = join(out, entry.name, file);
      if (taken.has(target))
        throw new Error(`${join(path, file)} and ${taken.get(target)} would meet in ${target}`);
      taken.set(target, join(path, file));
      await cp(join(path, file), target);
    }
    await copyResources(path, taken);
  }
}

await rm(out, { recursive: true, force: true });
await copyResources();
if (process.argv.includes('--watch')) {
  for (const options of bundles) {
    const context = await esbuild.context(options);
    await context.rebuild();
    await context.watch();
  }
} else {
  const metafiles = [];
  for (const options of bundles)
    metafiles.push((await esbuild.build({ ...options, metafile: true })).metafile);
  await writeFile(join(out, 'THIRD-PARTY-NOTICES.txt'), await noticesText(bundledPackages(metafiles)));
}
