// Draws every state that a person can meet, in light, dark and high contrast, for people to look at. All of them, with
// docs/pictures/README.md (after `npm run package`; with a Docker engine):
//   npm run pictures
// Some: names of which a state's has one; in another language, or into another folder:
//   npm run pictures -- walkthrough sign-in --locale zh-cn --folder /tmp/pictures
// The page by itself in another width, as of a narrow side bar or of an editor:
//   npm run pictures -- plan-known question --width 1100 --folder /tmp/pictures
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, setUp } from '../support/setup.ts';
import { Camera } from './camera.ts';
import { writeIndex } from './picture-index.ts';
import { nativePictures } from './native.ts';
import { pagePictures } from './page.ts';
import { welcomePictures } from './welcome.ts';
import { wholeWayPictures } from './whole-way.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    locale: { type: 'string' },
    width: { type: 'string' },
    folder: { type: 'string', default: join(ROOT, 'docs', 'pictures') },
  },
});
await setUp('vscode.sh');
await setUp('chromium.sh');
const camera = new Camera(values.folder, positionals);
try {
  const { locale, width } = values;
  const taking = { camera, locale };
  if (width === undefined) {
    await welcomePictures(taking);
    await nativePictures(taking);
    if (locale === undefined) await wholeWayPictures(taking);
  }
  if (locale === undefined) await pagePictures(taking, width === undefined ? undefined : Number(width));
} finally {
  await camera.close();
}
if (positionals.length === 0 && values.locale === undefined && values.width === undefined)
  await writeIndex(values.folder, camera.shots);
