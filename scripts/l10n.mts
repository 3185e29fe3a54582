// npm run l10n: brings l10n/bundle.l10n.zh-cn.json in step with the texts of the code. A text that is new stands there
// without a translation, until somebody writes it; one that is gone is taken out. Takes half a minute.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import translated from '../l10n/bundle.l10n.zh-cn.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..');
const names = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
const files = names
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ extension: '.ts', contents: readFileSync(join(ROOT, 'src', name), 'utf8') }));
const known: Readonly<Record<string, string>> = translated;
const texts = Object.keys(await getL10nJson(files)).sort();
writeFileSync(
  join(ROOT, 'l10n', 'bundle.l10n.zh-cn.json'),
  `${JSON.stringify(Object.fromEntries(texts.map((text) => [text, known[text] ?? ''])), undefined, 2)}\n`,
);
console.log(`${texts.length} texts, ${texts.filter((text) => known[text] === undefined).length} of them new`);
