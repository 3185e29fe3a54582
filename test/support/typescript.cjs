// For mocha (package.json): loads TypeScript, and ES modules too, as CommonJS, one file after the other as they are
// needed. Without the hooks of an ES module loader in a thread of its own, `import()` takes no longer than `require`.
// What was made of a file is kept under the hash of its text, so that the next process of a run only reads it.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const esbuild = require('esbuild');

const OPTIONS = {
  loader: 'ts',
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  sourcemap: 'inline',
  sourcesContent: false,
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
};

const KEPT = join(__dirname, '../../node_modules/.cache/typescript');
const BASIS = JSON.stringify([esbuild.version, OPTIONS]);

mkdirSync(KEPT, { recursive: true });

/** The CommonJS of a file: the kept one, or made by esbuild and kept. The path is part of the key, for the source map. */
const transformed = (path) => {
  const source = readFileSync(path, 'utf8');
  const kept = join(KEPT, `${createHash('sha1').update(`${BASIS}\0${path}\0${source}`).digest('hex')}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { code } = esbuild.transformSync(source, { ...OPTIONS, sourcefile: path });
    const half = `${kept}.${process.pid}`;
    writeFileSync(half, code);
    renameSync(half, kept);
    return code;
  }
};

// Stack traces and coverage tell of the sources.
process.setSourceMapsEnabled(true);

for (const extension of ['.ts', '.mts', '.mjs'])
  require.extensions[extension] = (module, path) => module._compile(transformed(path), path);
