import * as l10n from '@vscode/l10n';
import { randomUUID } from 'node:crypto';
import { basename, join, relative, resolve } from 'node:path';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/errors.ts';
import { ReadablePlaces } from '../base/readable-places.ts';
import { suggestedName } from '../core/project/find-project.ts';
import { CONFIG_FILE } from '../core/config-file.ts';
import { planFromScript } from '../core/scaffold/from-script.ts';
import { applyChanges, type StagedEdit } from '../core/scaffold/staged-edits.ts';
import { planExisting } from '../core/scaffold/existing.ts';
import { demandFree, planScaffold, writeScaffold } from '../core/scaffold/scaffold.ts';
import { otherLanguageIn } from '../core/scaffold/other-language.ts';
import { type Seen, seenFacts, seeSample, USUAL_SAMPLE } from '../core/scaffold/seen-sample.ts';
import { EXIT } from './exit-codes.ts';
import type { CommandContext } from './command-context.ts';
import { printLine, type Terminal } from './terminal.ts';
import { pathArgument, userCommand } from '../base/user-command.ts';

export interface InitOptions {
  readonly name?: string;
  readonly competition?: string;
  readonly julia?: string;
  readonly from?: string;
  readonly image?: string;
  readonly kind?: 'file' | 'evaluation';
  readonly json?: boolean;
}

/**
 * `julia-kaggle init`: a new package that can be submitted at once, or the JuliaKaggle.toml of a project that is there.
 * Returns the exit code; errors are thrown.
 */
export async function initCommand(
  folder: string,
  options: InitOptions,
  context: CommandContext,
): Promise<number> {
  const { core, terminal, signal } = context;
  const top = resolve(folder);
  const { competition, julia = 'lts' } = options;
  if (competition === undefined) throw competitionMissing();
  if (options.from !== undefined) {
    const made = await aroundScript(top, { ...options, competition, julia, from: options.from }, context);
    return reportProject({ ...made, folder: top, competition }, folder, options, terminal);
  }
  const existing = await existingProject(top, { ...options, competition }, context);
  if (existing !== undefined)
    return reportProject({ ...existing, folder: top, competition }, folder, options, terminal);
  const root = await placeOfPackage(top, { ...options, competition }, context);
  const { name = suggestedName(root) } = options;
  const juliaVersion = await core.ports.julia.resolve(julia, { orOwn: true }, signal);
  const request = { name, competition, juliaVersion, uuid: randomUUID() };
  // What is wrong with it is told before anything is asked of Kaggle.
  planScaffold(request);
  const seen = await look(options, competition, context);
  const written = await writeScaffold(root, planScaffold({ ...request, ...seenFacts(seen) }));
  const facts = { folder: root, name, competition, julia: juliaVersion, written };
  if ('unseen' in seen)
    printLine(
      terminal.stderr,
      l10n.t(
        'The package expects {0} of {1}, which was not looked at: {2}',
        USUAL_SAMPLE.name,
        competition,
        seen.unseen,
      ),
    );
  return reportProject(facts, root === top ? folder : join(folder, basename(root)), options, terminal);
}

/**
 * The folder itself, or a subfolder in a project of another language, if the user agrees.
 * @throws UserError `file-exists` where nobody does.
 */
async function placeOfPackage(
  root: string,
  { name = 'Inference', competition }: InitOptions & { readonly competition: string },
  { terminal: { ask }, signal }: CommandContext,
): Promise<string> {
  const other = await otherLanguageIn(root);
  if (other === undefined) return root;
  const own = join(root, name);
  const title = l10n.t('{0} is a project of another language, by {1}.', root, other);
  if ((await ask?.(l10n.t('{0} Make the package in {1}?', title, own), signal)) === true) return own;
  const command = userCommand`julia-kaggle init ${pathArgument(own)} --competition ${{ text: competition, pattern: /^[\w-]+$/ }}`;
  throw new UserError({
    code: 'file-exists',
    title,
    actions: [
      {
        title: l10n.t(
          'Make the package in a folder of its own: {0}',
          command ?? l10n.t('julia-kaggle init in that folder.'),
        ),
      },
    ],
  });
}

/** Kaggle is asked, unless it is said what the competition takes and no sample is needed. */
async function look(
  { kind }: InitOptions,
  competition: string,
  { core, signal }: CommandContext,
): Promise<Seen> {
  if (kind === 'evaluation') return { callsNotebook: true };
  const seen = await seeSample(core.ports, competition, signal);
  return kind === 'file' && 'callsNotebook' in seen ? USUAL_SAMPLE : seen;
}

/** What was written into the folder of a project that is there; undefined where there is none. */
async function existingProject(
  root: string,
  { competition, julia, name, kind }: InitOptions & { readonly competition: string },
  { core, signal }: CommandContext,
): Promise<Pick<Made, 'name' | 'julia' | 'written'> | undefined> {
  const juliaVersion =
    julia === undefined ? undefined : await core.ports.julia.resolve(julia, { orOwn: true }, signal);
  const places = await ReadablePlaces.around(root);
  const callsNotebook = kind === 'evaluation';
  const request = { competition, callsNotebook, ...defined({ juliaVersion }) };
  const plan = await planExisting(root, request, places);
  if (plan === undefined) return undefined;
  if (name !== undefined && name !== plan.name)
    throw new UserError({
      code: 'wrong-usage',
      title: l10n.t('{0} has a project already: {1}.', root, plan.name),
      actions: [{ title: l10n.t('Leave out --name, or name a new folder.') }],
    });
  return { name: plan.name, julia: juliaVersion, written: await writeScaffold(root, plan.files) };
}

/**
 * The environment around a script: its packages are resolved in the image before anything is written, so that the folder
 * is as it was or complete.
 */
async function aroundScript(
  root: string,
  {
    competition,
    julia,
    from,
    image,
  }: InitOptions & Required<Pick<InitOptions, 'competition' | 'julia' | 'from'>>,
  { core, terminal, signal, askOutside }: CommandContext,
): Promise<Pick<Made, 'name' | 'julia' | 'written'>> {
  const juliaVersion = await core.ports.julia.resolve(julia, { orOwn: true }, signal);
  const places = await ReadablePlaces.around(root);
  const { name, files, packages } = await planFromScript(root, from, { competition, juliaVersion }, places);
  if (packages.length === 0) return { name, julia: juliaVersion, written: await writeScaffold(root, files) };
  await demandFree(root, files);
  printLine(terminal.stderr, l10n.t('Packages: {0}', packages.join(', ')));
  const given = new Map(
    files.map(({ path, text }) => [
      join(root, path),
      path === CONFIG_FILE ? withJulia(text, juliaVersion) : text,
    ]),
  );
  const progress = (text: string): void => printLine(terminal.stderr, text);
  const request = { progress, log: () => undefined, add: packages, given, image, askOutside, signal };
  const { edits = [] } = (await core.project(root).resolve(request)) ?? {};
  const isNew = ({ file, before }: StagedEdit): boolean => before === undefined || given.has(file);
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  for (const edit of edits.filter(isNew)) texts.set(relative(root, edit.file), edit.after);
  const written = await writeScaffold(
    root,
    [...texts].map(([path, text]) => ({ path, text })),
  );
  const changed = edits.filter((edit) => !isNew(edit));
  await applyChanges(changed);
  const others = changed.map(({ file }) => relative(root, file));
  return { name, julia: juliaVersion, written: [...written, ...others] };
}

/** Pure: with the Julia that resolves it; what is written leaves that to the Manifest where that says so. */
function withJulia(config: string, version: string): string {
  return /^julia = /m.test(config) ? config : `julia = "${version}"\n${config}`;
}

interface Made {
  readonly folder: string;
  readonly name: string;
  readonly competition: string;
  /** Absent: the project's own, whichever it is. */
  readonly julia: string | undefined;
  readonly written: readonly string[];
}

function reportProject(made: Made, given: string, { json }: InitOptions, terminal: Terminal): number {
  if (json === true) terminal.stdout.json({ kind: 'created', ...made });
  else tell(made, given, terminal);
  return EXIT.done;
}

function tell({ folder, name, julia, written }: Made, given: string, { stdout }: Terminal): void {
  printLine(
    stdout,
    julia === undefined
      ? l10n.t('{0}, in {1}:', name, folder)
      : l10n.t('{0}, for Julia {1}, in {2}:', name, julia, folder),
  );
  for (const path of written) printLine(stdout, `  ${path}`);
  const command =
    (given === '.' ? undefined : userCommand`julia-kaggle run ${pathArgument(given)} --until test`) ??
    'julia-kaggle run --until test';
  printLine(stdout, `\n${l10n.t("Try it on the competition's data:")}\n  ${command}`);
  const source = `src/${name}.jl`;
  if (written.includes(source))
    printLine(stdout, l10n.t('Then put your model into {0}.', `${basename(folder)}/${source}`));
}

function competitionMissing(): UserError {
  return new UserError({
    code: 'wrong-usage',
    title: l10n.t('Which competition is the package for?'),
    actions: [{ title: l10n.t('Name the last part of its address: {0}', '--competition titanic') }],
  });
}
