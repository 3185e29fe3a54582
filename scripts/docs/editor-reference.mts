import packageJson from '../../package.json' with { type: 'json' };
import texts from '../../package.nls.json' with { type: 'json' };
import { STAGE_NAMES } from '../../src/core/stages.ts';
import { code, plain, table } from './markdown.mts';

const textOf = (name: string): string => (texts as Record<string, string>)[name.slice(1, -1)] ?? name;

/** docs/reference/editor.md: commands, settings and tasks that the extension has, from package.json. */
export function editorReference(): string {
  const { commands, configuration, taskDefinitions } = manifest().contributes;
  return [
    '# In VS Code',
    '## Commands',
    'In the palette under **Julia on Kaggle**.',
    table(
      ['command', 'id'],
      commands.map(({ command, title }) => [plain(textOf(title)), code(command)]),
    ),
    '## Settings',
    'No workspace that is not trusted sets any of them. Scope `machine`: no workspace does.',
    table(
      ['setting', 'meaning', 'scope'],
      Object.entries(configuration.properties).map(([name, { markdownDescription, scope }]) => [
        code(name),
        textOf(markdownDescription),
        code(scope),
      ]),
    ),
    '## Tasks',
    ...taskDefinitions.map(({ type, properties }) => {
      const stages = properties.stage.enum.map(code).join(', ');
      return `Type ${code(type)}, with ${code('stage')}: one of ${stages}. ${textOf(properties.stage.description)}`;
    }),
  ].join('\n\n');
}

/** package.json with the enums that the code says. */
export function manifest(): typeof packageJson {
  const contributes = structuredClone(packageJson.contributes);
  for (const { properties } of contributes.taskDefinitions) properties.stage.enum = [...STAGE_NAMES];
  return { ...packageJson, contributes };
}
