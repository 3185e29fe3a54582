import * as l10n from '@vscode/l10n';
import { resolve } from 'node:path';
import type { Finding } from '../core/doctor/examine.ts';
import { EXIT } from './exit-codes.ts';
import { errorJson } from './json.ts';
import { table } from './outcome-table.ts';
import type { CommandContext } from './command-context.ts';
import { printLine } from './terminal.ts';
import { errorText } from './text-reporter.ts';

export interface DoctorOptions {
  readonly image?: string;
  readonly json?: boolean;
}

/** `julia-kaggle doctor`: the engine and the account, each with what is wrong and its remedy. */
export async function doctorCommand(
  folder: string,
  options: DoctorOptions,
  { core, terminal, signal }: CommandContext,
): Promise<number> {
  const findings = await core.doctor(resolve(folder), signal, options.image);
  const { stdout } = terminal;
  if (options.json === true) for (const finding of findings) stdout.json(findingJson(finding));
  else printLine(stdout, findingsText(findings));
  return findings.some(({ error }) => error !== undefined) ? EXIT.failed : EXIT.done;
}

function findingJson({ subject, text, warnings = [], error }: Finding): object {
  const facts = { kind: 'finding', subject, ok: error === undefined, text, warnings };
  return error === undefined ? facts : { ...facts, error: errorJson(error) };
}

function findingsText(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => [SUBJECTS[finding.subject](), stateOf(finding), finding.text]);
  const warnings = findings.flatMap((finding) => finding.warnings ?? []).map((warning) => `\n! ${warning}`);
  const errors = findings.flatMap(({ error }) => (error === undefined ? [] : [`\n${errorText(error)}`]));
  return [table([l10n.t('what'), l10n.t('state'), l10n.t('finding')], rows), ...warnings, ...errors].join(
    '\n',
  );
}

const SUBJECTS: Readonly<Record<Finding['subject'], () => string>> = {
  engine: () => l10n.t('engine'),
  machine: () => l10n.t('machine'),
  memory: () => l10n.t('memory'),
  disk: () => l10n.t('disk'),
  image: () => l10n.t('image'),
  gpu: () => l10n.t('gpu'),
  kaggle: () => 'kaggle',
};

function stateOf({ warnings = [], error }: Finding): string {
  if (error !== undefined) return l10n.t('problem');
  return warnings.length > 0 ? l10n.t('warning') : l10n.t('ok');
}
