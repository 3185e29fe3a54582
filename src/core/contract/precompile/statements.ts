/** A line that Julia wrote with `--trace-compile`: a method that it compiled while it ran. */
export interface Statement {
  /** As Julia wrote it, without what stands around it: `precompile(Tuple{typeof(Tides.main), Array{String, 1}})`. */
  readonly text: string;
  /** The package of the function. */
  readonly owner: string;
  /** The function: `Tides.main`; of one without a name what Julia calls it. */
  readonly method: string;
  /** Every package or module that the statement begins a name with. */
  readonly roots: readonly string[];
}

const STRING = String.raw`"(?:[^"\\$\p{C}\p{Zl}\p{Zp}]|\\[\w"\\])*"`;
const OPERATOR = String.raw`[-+*/\\^<>=!≤≥≠≈∈∉∋⊆∪∩√∘⋅×÷|&%~'?:]{1,4}`;
const NAME = String.raw`[\p{L}_][\p{L}\p{M}\p{N}_!]*`;
const TOKEN = new RegExp(
  [
    String.raw`(?<space> +)`,
    `(?<name>var${STRING}|${NAME})`,
    `(?<value>${STRING}|:var${STRING}|:${NAME}|'(?:\\w|\\\\[\\w\\\\']{1,9})'|-?\\d[\\w.]*)`,
    String.raw`(?<operator>:\(${OPERATOR}\)|:${OPERATOR}(?=[){},]))`,
    String.raw`(?<sign><:|>:|[{}(),.])`,
  ].join('|'),
  'uy',
);

interface Token {
  readonly kind: 'name' | 'value' | 'operator' | 'sign';
  readonly text: string;
}

const LONGEST = 2_000;

/**
 * Pure: the statement in a line; undefined for any other line. A program may write what it likes there, and what is read
 * here is offered as source: nothing is taken that is more than the names and values of a type, none of which is a call
 * but those that Julia itself writes.
 */
export function readStatement(line: string): Statement | undefined {
  const found =
    /^(?:#= +[\d.]+ ms =# )?precompile\((Tuple\{.*\}(?: where [^()\n]*)?)\)(?: *# recompile)?$/.exec(line);
  const type = found?.[1];
  if (type === undefined || type.length > LONGEST) return undefined;
  const tokens = tokensOf(type);
  if (tokens === undefined || !isType(tokens)) return undefined;
  const [first, , third] = argumentsOf(tokens);
  const called = first !== undefined && isKeywordCall(first) ? third : first;
  const named = called && functionOf(called);
  return named && { text: `precompile(${type})`, ...named, roots: rootsOf(tokens) };
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; end < text.length; end = TOKEN.lastIndex) {
    const { space, name, value, operator, sign } = TOKEN.exec(text)?.groups ?? {};
    if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (value !== undefined) tokens.push({ kind: 'value', text: value });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (space === undefined) return undefined;
  }
  return tokens;
}

const CLOSING: Readonly<Record<string, string>> = { '}': '{', ')': '(' };

/** Whether each token may follow the one before it, and every bracket is closed. */
function isType(tokens: readonly Token[]): boolean {
  const open: string[] = [];
  for (const [at, token] of tokens.entries()) {
    if (!mayFollow(token, tokens[at - 1], tokens[at - 2])) return false;
    if (token.text === '{' || token.text === '(') open.push(token.text);
    const opening = token.kind === 'sign' ? CLOSING[token.text] : undefined;
    if (opening !== undefined && open.pop() !== opening) return false;
  }
  return open.length === 0;
}

/** Where a token comes: at the begin of a type or value, of a type, after a dot, after a name, one that is called, or a whole. */
type Place = 'begin' | 'type' | 'dot' | 'name' | 'called' | 'whole';

const PLACES: Readonly<Record<string, Place>> = {
  '{': 'begin',
  '(': 'begin',
  ',': 'begin',
  '<:': 'type',
  '>:': 'type',
  where: 'type',
  '.': 'dot',
};
const CALLED = ['typeof', 'getfield', 'Symbol'];

function placeAfter(last: Token | undefined, beforeLast: Token | undefined): Place {
  if (last === undefined) return 'begin';
  const place = last.kind === 'value' ? undefined : PLACES[last.text];
  if (place !== undefined) return place;
  if (last.kind !== 'name') return 'whole';
  return CALLED.includes(last.text) && beforeLast?.text !== '.' ? 'called' : 'name';
}

const ENDS: readonly Place[] = ['name', 'called', 'whole'];
/** Where a token may come, by its text, else by its kind. A `(` begins a tuple or what is called, and nothing else. */
const MAY_COME: Readonly<Record<string, readonly Place[]>> = {
  '(': ['begin', 'called'],
  '{': ['type', ...ENDS],
  '.': ['name', 'called'],
  '<:': ['begin', 'name', 'called'],
  '>:': ['begin', 'name', 'called'],
  ',': ENDS,
  '}': ['begin', ...ENDS],
  ')': ['begin', ...ENDS],
  where: ENDS,
  value: ['begin'],
  operator: ['dot'],
  name: ['begin', 'type', 'dot'],
};

function mayFollow(token: Token, last: Token | undefined, beforeLast: Token | undefined): boolean {
  const byText = token.kind === 'value' ? undefined : MAY_COME[token.text];
  return (byText ?? MAY_COME[token.kind])?.includes(placeAfter(last, beforeLast)) ?? false;
}

/** The types of a call: the function's, and those of its arguments. */
function argumentsOf(tokens: readonly Token[]): Token[][] {
  const found: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens.slice(1)) {
    if (token.text === '}' || token.text === ')') depth -= 1;
    if (depth === 0 && token.text === '}') break;
    if (depth === 1 && token.text === ',') found.push([]);
    else if (depth > 0) found.at(-1)?.push(token);
    if (token.text === '{' || token.text === '(') depth += 1;
  }
  return found;
}

/** Of a call with keywords the function comes third: Julia 1.9 and newer have one for all, older ones one for types. */
function isKeywordCall(type: readonly Token[]): boolean {
  const text = type.map((token) => token.text).join('');
  return text === 'typeof(Core.kwcall)' || text === 'Core.var"#Type##kw"';
}

function functionOf(type: readonly Token[]): Pick<Statement, 'owner' | 'method'> | undefined {
  const texts = type.map(({ text }) => text);
  const path = ['typeof', 'Type'].includes(texts[0] ?? '') ? texts.slice(2) : texts;
  if (path[0] === 'getfield' && path[2] !== undefined && path[6] !== undefined)
    return { owner: path[2], method: `${path[2]}.${functionName(path[6])}` };
  const end = path.findIndex((text) => text !== '.' && BRACKETS.includes(text));
  const parts = (end === -1 ? path : path.slice(0, end)).filter((text) => text !== '.');
  const [owner, ...names] = parts;
  if (owner === undefined || names.length === 0) return undefined;
  return { owner, method: [owner, ...names.map(functionName)].join('.') };
}

const BRACKETS = ['{', '}', '(', ')', ','];

/** `var"#fit#12"` and `"#fit##kw"` are made for `fit`. */
function functionName(text: string): string {
  const name = text.replace(/^(?:var)?"(.*)"$/, '$1');
  return /^#+([\p{L}_][^#]*)#/u.exec(name)?.[1] ?? name;
}

function rootsOf(tokens: readonly Token[]): string[] {
  const roots = tokens.filter(({ kind }, at) => {
    const [next, last] = [tokens[at + 1]?.text, tokens[at - 1]?.text];
    if (kind !== 'name' || last === '.') return false;
    return next === '.' || (last === '(' && tokens[at - 2]?.text === 'getfield');
  });
  return [...new Set(roots.map(({ text }) => text))];
}
