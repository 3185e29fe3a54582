// For mocha (package.json): loads TypeScript, and ES modules too, as CommonJS, one file after the other as they are
// needed. Without the hooks of an ES module loader in a thread of its own, `import()` takes no longer than `require`.
const { readFileSync } = require('node:fs');
const { transformSync } = require('esbuild');

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

// Stack traces and coverage tell of the sources.
process.setSourceMapsEnabled(true);

for (const extension of ['.ts', '.mts', '.mjs'])
  require.extensions[extension] = (module, path) => {
    const { code } = transformSync(readFileSync(path, 'utf8'), { ...OPTIONS, sourcefile: path });
    module._compile(code, path);
  };
