import { scanJulia } from './source.ts';

/** A Pluto notebook, which is a program of Julia: cells in the order in which they run (its `save_notebook`). */
export interface PlutoNotebook {
  /** The Project.toml and Manifest.toml that it brings along, since Pluto 0.15; undefined: it has none. */
  readonly project: string | undefined;
  readonly manifest: string | undefined;
  /** Cells that do not run in a script, by their code's first line. */
  readonly disabled: readonly string[];
  /** Variables that a widget in the browser gives, and which a script has as `missing`. */
  readonly unbound: readonly string[];
}

/** The first line of all formats; files of Windows have a mark before it. */
const HEAD = /^\uFEFF?### A Pluto\.jl notebook ###[ \t\r]*(?:\n|$)/;
const BLOCK = {
  project: /^PLUTO_PROJECT_TOML_CONTENTS\s*=\s*"""\r?\n?([^]*?)"""/m,
  manifest: /^PLUTO_MANIFEST_TOML_CONTENTS\s*=\s*"""\r?\n?([^]*?)"""/m,
};
const CELL = /^# ╔═╡ .*$/m;
/** Of cells that are disabled or skipped as a script, and of those that depend on one, the code is in a comment. */
const HIDDEN_CODE = /^#=╠═╡[^\n]*\n([^]*?)\n[^\n]*╠═╡ =#/m;
/** Outside of Pluto a bare widget has no value (its `fake_bind`); those of PlutoUI have their default. */
const BIND = /@bind[ \t(]+([\p{L}_][\p{L}\p{N}_!]*)[ \t,]+(?:html|HTML|md)\b/gu;

/** Pure: undefined for what is no Pluto notebook. Formats v0.12 and newer. */
export function parsePluto(source: string): PlutoNotebook | undefined {
  if (!HEAD.test(source)) return undefined;
  const cells = source.split(CELL).slice(1);
  const { code } = scanJulia(source);
  return {
    project: BLOCK.project.exec(source)?.[1],
    manifest: BLOCK.manifest.exec(source)?.[1],
    disabled: cells.flatMap((cell) => HIDDEN_CODE.exec(cell)?.[1] ?? []).map(firstLine),
    unbound: [...new Set([...code.matchAll(BIND)].flatMap(([, name]) => name ?? []))],
  };
}

function firstLine(code: string): string {
  const lines = code.split('\n').map((line) => line.trim());
  return (lines.find((line) => !/^(?:begin|let|#.*)?$/.test(line)) ?? '').slice(0, 80);
}

const ORDER = '# ╔═╡ Cell order:';
/** What Pluto calls the cell with the Manifest. */
const MANIFEST_CELL = '00000000-0000-0000-0000-000000000002';

/**
 * Pure: the notebook's text with these files in it, as Pluto writes them; undefined where it has no place for them.
 * @param source a notebook that has a Project.toml.
 */
export function withPlutoEnvironment(
  source: string,
  { project, manifest }: { readonly project: string; readonly manifest: string },
): string | undefined {
  if (`${project}${manifest}`.includes('"""') || !BLOCK.project.test(source)) return undefined;
  const block = (name: string, text: string): string => `PLUTO_${name}_TOML_CONTENTS = """\n${text}"""`;
  const own = source.replace(BLOCK.project, () => block('PROJECT', project));
  const written = block('MANIFEST', manifest);
  if (BLOCK.manifest.test(own)) return own.replace(BLOCK.manifest, () => written);
  const added = own.replace(BLOCK.project, (found) => `${found}\n\n# ╔═╡ ${MANIFEST_CELL}\n${written}`);
  return added.includes(ORDER) ? `${added.trimEnd()}\n# ╟─${MANIFEST_CELL}\n` : added;
}
