import * as vscode from 'vscode';
import { extension } from './host/begin.ts';

/** The editor calls these. It hands on what `activate` gives to any other extension that asks: nothing. */
export const { activate, deactivate } = extension(vscode);
