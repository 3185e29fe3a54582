// npm run docs: writes the pages of docs/reference from the schema, the program, package.json, the code and the tests.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FOLDER, PAGES, pageText } from './pages.mts';

await mkdir(FOLDER, { recursive: true });
for (const name of Object.keys(PAGES)) await writeFile(join(FOLDER, name), await pageText(name));
