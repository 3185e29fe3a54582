import { window as editorWindow } from 'vscode';
import { shownWindow } from './shown-window.ts';

/** The editor's window for all of this extension: see `shownWindow`. */
export const window = shownWindow(editorWindow);
