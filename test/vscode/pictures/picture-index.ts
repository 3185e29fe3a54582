import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { table } from '../../../scripts/docs/markdown.mts';
import { LOOKS, type Shot } from './camera.ts';

const TITLES: Readonly<Record<string, string>> = {
  welcome: 'Where nothing can be run yet',
  pipeline: 'The Pipeline view',
  failures: 'What went wrong, stage by stage',
  trees: 'Trees',
  choices: 'Choices',
  config: 'JuliaKaggle.toml',
  account: 'Account',
  'status-bar': 'Status bar',
  page: 'The page of the Pipeline view by itself',
};

const HEAD = `<!-- Made by \`npm run pictures\`. -->

# What a person sees

Each state in VS Code's themes Light Modern, Dark Modern and Dark High Contrast, drawn by a real VS Code (code-server and Chromium).
`;

/** Writes the page that names each picture with its state and theme. */
export async function writeIndex(folder: string, shots: readonly Shot[]): Promise<void> {
  const sections = Object.entries(TITLES).flatMap(([group, title]) => {
    const rows = shots.filter((shot) => shot.group === group).map(row);
    return rows.length === 0 ? [] : [`## ${title}\n\n${table(['state', ...LOOKS.map(words)], rows)}`];
  });
  const text = await format([HEAD, ...sections].join('\n\n'), { parser: 'markdown', printWidth: 110 });
  await writeFile(join(folder, 'README.md'), text);
}

function row({ group, name, about }: Shot): string[] {
  return [
    about,
    ...LOOKS.map((look) => {
      const file = `${group}/${name}-${look}.png`;
      return `[![${name}, ${words(look)}](${file})](${file})`;
    }),
  ];
}

function words(look: string): string {
  return look.replace('-', ' ');
}
