import type { Command } from 'commander';
import { describeProgram } from '../../src/cli/program.ts';
import { code, plain, table } from './markdown.mts';

/** The program's commands, which are not to be run. */
export function commands(): readonly Command[] {
  const output = { write: () => true };
  // Core and terminal are for running.
  const around = {
    core: {},
    terminal: { stdout: output, stderr: output },
    signal: new AbortController().signal,
  };
  return describeProgram(
    { ...around, version: '' } as unknown as Parameters<typeof describeProgram>[0],
    () => undefined,
  ).commands;
}

/** docs/reference/cli.md, from the program itself. */
export function cliReference(): string {
  return [
    '# julia-kaggle',
    'Exit codes: 0 done, 1 failed (with a remedy), 2 wrong usage, 130 cancelled. `--debug`, with any command, says on stderr what is asked of Kaggle and of the Julia site. What each command is for is in the [user guide](../user-guide.md).',
    ...commands().flatMap(section),
  ].join('\n\n');
}

function section(command: Command): string[] {
  const args = command.registeredArguments.map((argument) => [
    code(argument.name()),
    plain(argument.description),
    shown(argument.defaultValue),
  ]);
  const options = command.options.map((option) => [
    code(option.flags),
    plain(option.description),
    shown(option.defaultValue),
  ]);
  return [
    `## julia-kaggle ${command.name()}`,
    sentence(plain(command.description())),
    `\`\`\`text\njulia-kaggle ${command.name()} ${command.usage()}\n\`\`\``,
    ...(args.length === 0 ? [] : [table(['argument', 'meaning', 'default'], args)]),
    ...(options.length === 0 ? [] : [table(['option', 'meaning', 'default'], options)]),
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? code(value) : '';
}
