import texts from '../../package.nls.json' with { type: 'json' };
import { manifest } from './manifest.mts';
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
