import type { Around } from '../around.ts';
import type { Feature } from '../editor/commands.ts';
import { chooseCommands } from './choose.ts';
import { registerConfigHelp } from './register.ts';

/** JuliaKaggle.toml: help with writing it, and commands that write one key of it. */
export function beginConfig(around: Around): Feature {
  return { disposables: registerConfigHelp(around), commands: chooseCommands(around) };
}
