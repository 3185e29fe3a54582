import type { JuliaSource, Statement } from './source.ts';

/** Pure: the paths that a source includes; undefined for one that is made at run time. */
export function includesOf({ statements }: JuliaSource): (string | undefined)[] {
  return statements.flatMap(({ text, code }) =>
    [...code.matchAll(/(?<![\w.!])include[ \t]*\(/g)].map(({ index, 0: head }) => {
      const rest = text.slice(index + head.length, index + head.length + 1000);
      return /^\s*"([^"\\$\n]+)"\s*\)/.exec(rest)?.[1];
    }),
  );
}

/** Pure: the packages that a file loads when it is loaded itself: `using A, B.C: d`, `import E as F`; none that are its own. */
export function packagesOf({ statements }: JuliaSource): string[] {
  return [...new Set(statements.flatMap(({ code }) => loadedBy(code.trim())))];
}

/** Pure: the packages that a file may load, in blocks too. */
export function packagesAnywhere({ code }: JuliaSource): string[] {
  // A list goes on after a comma.
  const lines = code.replaceAll(/,[ \t\r]*\n/g, ', ').split(/[\n;]|\b(?:begin|try|else|then)\b/);
  return [...new Set(lines.flatMap((line) => loadedBy(line.trim())))];
}

/**
 * Packages with models of MLJ (`@load Model pkg=Package`) whose code for MLJ is in another one (MLJ's manual, "List of
 * supported models"); the others have it themselves.
 */
const MLJ_INTERFACES: Readonly<Record<string, string>> = {
  Clustering: 'MLJClusteringInterface',
  DecisionTree: 'MLJDecisionTreeInterface',
  Flux: 'MLJFlux',
  GLM: 'MLJGLMInterface',
  LIBSVM: 'MLJLIBSVMInterface',
  MultivariateStats: 'MLJMultivariateStatsInterface',
  ScikitLearn: 'MLJScikitLearnInterface',
  TSVD: 'MLJTSVDInterface',
  XGBoost: 'MLJXGBoostInterface',
};
const MLJ_LOAD = /(?<![\w.])@i?load\b[^\n;]{0,200}?\bpkg[ \t]*=[ \t]*(?:")?([A-Za-z]\w*)/;

/** The packages of one `using`, `import`, or `@load` of MLJ. */
function loadedBy(code: string): string[] {
  const [, model] = MLJ_LOAD.exec(code) ?? [];
  if (model !== undefined)
    return [Object.hasOwn(MLJ_INTERFACES, model) ? (MLJ_INTERFACES[model] ?? model) : model];
  const [, list] = /^(?:@\w+\s+)?(?:using|import)\s+([^]*)$/.exec(code) ?? [];
  if (list === undefined) return [];
  // After the colon stand names of the one package before it.
  const [before = ''] = list.split(/:(?!:)/, 1);
  return before.split(',').flatMap((one) => {
    const [, name] = /^\s*([\p{L}_][\p{L}\p{N}_]*)/u.exec(one) ?? [];
    return name === undefined ? [] : [name];
  });
}

/** Pure: the function that a statement calls, by its whole name: `Pkg.add` of `Pkg.add("CSV")`. */
export function calledBy({ code }: Pick<Statement, 'code'>): string | undefined {
  return /^(?:@\w+\s+)?((?:\w+\.)*\w+!?)\s*\(/.exec(code)?.[1];
}

/** Statements that define something and run nothing of it. */
const DEFINES =
  /^(?:(?:using|import|export|public|const|global|function|macro|struct|mutable\s+struct|abstract\s+type|primitive\s+type)\b|include\s*\(|@(?:inline|noinline|doc|kwdef|enum|generated|reexport)\b|(?:Base\.)?@kwdef\b|"|[\p{L}_][\p{L}\p{N}_!.]*(?:\{[^\n]*\})?\([^\n]*\)(?:\s*::\s*[\w.{}]+)?(?:\s+where\s+[^\n=]+)?\s*=(?!=)|[\p{L}_][\p{L}\p{N}_!]*\s*(?:::\s*[\w.{}]+\s*)?=(?!=)\s*["\d[(:])/u;

/** What a definition is told by stands at its beginning: however long it is, looking at it takes no time. */
const HEAD = 2000;

/** Functions that it defines at the top, by name: `f(x) = …`, `function f(x)`. */
const FUNCTION = /^(?:@\w+\s+)?(?:function\s+)?([\p{L}_][\p{L}\p{N}_!]*)\s*\(/u;

function isDefinition(code: string): boolean {
  return DEFINES.test(code.slice(0, HEAD));
}

/** Pure: the functions that it defines, by name. */
export function functionsOf({ statements }: JuliaSource): string[] {
  return statements.flatMap(({ code }) => {
    if (!isDefinition(code) || /^(?:include|using|import|export)\b/.test(code)) return [];
    return FUNCTION.exec(code.slice(0, HEAD))?.[1] ?? [];
  });
}

/** Pure: the functions that it defines, where it does nothing but define; undefined where it may do more. */
export function onlyDefines(source: JuliaSource): string[] | undefined {
  return source.statements.every(({ code }) => isDefinition(code)) ? functionsOf(source) : undefined;
}
