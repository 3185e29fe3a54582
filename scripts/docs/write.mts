// npm run docs: writes docs/reference, the JSON schema and the enums of package.json from the code and the tests.
import { writeFile } from 'node:fs/promises';
import { GENERATED, generatedText, pathOf } from './pages.mts';

for (const name of Object.keys(GENERATED)) await writeFile(pathOf(name), await generatedText(name));
