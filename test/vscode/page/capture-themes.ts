// Writes themes.json: the variables of VS Code's own themes that the page uses, as a real VS Code gives them to it.
// Run by hand after `npm run package`, when VS Code or the page's styles have changed:
//   node --import=tsx test/vscode/page/capture-themes.ts
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../support/setup.ts';
import { VsCodeWindow } from '../support/window.ts';
import { exampleProject } from '../support/workspaces.ts';

const THEMES = ['Dark Modern', 'Light Modern', 'Default High Contrast', 'Default High Contrast Light'];
const built = ['panel.css', 'panel.js'].map((name) => readFile(join(ROOT, 'dist', 'webview', name), 'utf8'));
const used = new Set((await Promise.all(built)).join('\n').match(/--vscode-[\w-]+/g));

/** Run in the page, as text: it needs the document's types, which these tests do not have. */
const PROGRAM = `() => ({
  kind: document.body.className,
  variables: Object.fromEntries(Array.from(document.documentElement.style, (name) =>
    [name, document.documentElement.style.getPropertyValue(name)])),
})`;

const window = await VsCodeWindow.open({ workspace: exampleProject });
const themes: Record<string, unknown> = {};
try {
  await window.openContainer('Julia on Kaggle');
  for (const theme of THEMES) {
    await window.reload({ 'workbench.colorTheme': theme });
    await window.panel.locator(`body[data-vscode-theme-id="${theme}"]`).waitFor();
    const { kind, variables } = await window.panel
      .locator('body')
      .evaluate<{ kind: string; variables: Record<string, string> }, undefined>(`(${PROGRAM})()`, undefined);
    const kept = Object.entries(variables).filter(([name]) => used.has(name));
    themes[theme] = { kind, variables: Object.fromEntries(kept.sort()) };
  }
} finally {
  await window.close();
}
await writeFile(join(import.meta.dirname, 'themes.json'), `${JSON.stringify(themes, undefined, 1)}\n`);
