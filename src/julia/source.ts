/**
 * What of a Julia source is code: its strings, comments and blocks. Whoever looks for something in a source uses this one
 * scanner. It goes through the text once, keeps its own stack and refuses nothing: of a text that is no Julia it makes
 * something, in linear time.
 */
export interface JuliaSource {
  /** As long as the source, line by line, with blanks for comments, characters and what strings hold. */
  readonly code: string;
  /** At the top of the file and of its modules: what runs when the file is loaded. In order. */
  readonly statements: readonly Statement[];
  /** Names of the modules that it defines, wherever. */
  readonly modules: ReadonlySet<string>;
}

export interface Statement {
  /** From its first character on, in the source. */
  readonly start: number;
  readonly end: number;
  /** The source as it stands there, and the same with blanks. */
  readonly text: string;
  readonly code: string;
}

/** Words that `end` ends. */
const BLOCKS = new Set([
  'function',
  'macro',
  'if',
  'for',
  'while',
  'let',
  'begin',
  'try',
  'do',
  'struct',
  'quote',
]);
/** `abstract type A end` and `primitive type B 8 end`. */
const TYPE = /(?:abstract|primitive)[ \t]+$/;
const WORD = /[\p{L}_][\p{L}\p{N}_!]*/uy;
/** A character, as it is written; else the quote is an adjoint. */
const CHARACTER = /'(?:\\(?:[^\n]{1,12}?)|[^\\'\n]{1,8})'/y;
const MODULE = /(?:bare)?module[ \t]+([\p{L}_][\p{L}\p{N}_]*)/uy;
const BLANK = /[ \t\r\uFEFF]/;
const OPENING = /[([{]/;
const CLOSING = /[)\]}]/;
/** A word right after one of these is a name. */
const NAMES = /[.:@]/;
/** After these a line goes on. */
const GOES_ON = /(?:[=,+*/^&|<>~:(-]|\bin|\bisa|\bwhere)[ \t]*$/u;

interface Open {
  /** The word of a block, an opening bracket, or what ends a string. */
  readonly sign: string;
  readonly kind: 'block' | 'bracket' | 'string';
  /** Of a string: `$(` in it is code. */
  readonly interpolates?: boolean;
}

/** Pure, linear in the text. */
export function scanJulia(source: string): JuliaSource {
  return new Scan(source).run();
}

class Scan {
  readonly #source: string;
  readonly #blanks: [from: number, to: number][] = [];
  readonly #stack: Open[] = [];
  readonly #statements: [start: number, end: number][] = [];
  readonly #modules = new Set<string>();
  #at = 0;
  /** Blocks and brackets that are no module. */
  #inner = 0;
  /** Where the statement begins that is being read; undefined between two. */
  #start: number | undefined;
  /** The last character of code that is no blank, and where. */
  #last = -1;

  constructor(source: string) {
    this.#source = source;
  }

  run(): JuliaSource {
    const source = this.#source;
    while (this.#at < source.length) {
      if (this.#stack.at(-1)?.kind === 'string') this.#inString();
      else this.#inCode();
    }
    this.#finish(source.length);
    const code = blanked(source, this.#blanks);
    const statements = this.#statements.map(([start, end]) => ({
      ...{ start, end, text: source.slice(start, end), code: code.slice(start, end) },
    }));
    return { code, statements, modules: this.#modules };
  }

  #inCode(): void {
    const source = this.#source;
    const sign = source[this.#at] ?? '';
    if (sign === '#') return this.#comment();
    if (sign === '\n' || sign === ';') return this.#border(sign);
    if (BLANK.test(sign)) {
      this.#at++;
      return;
    }
    if (sign === '"' || sign === '`') return this.#openString(sign);
    if (sign === "'" && this.#character()) return;
    WORD.lastIndex = this.#at;
    const [word] = WORD.exec(source) ?? [];
    if (word !== undefined) this.#word(word);
    else this.#sign(sign);
  }

  #sign(sign: string): void {
    this.#begin();
    if (OPENING.test(sign)) this.#push({ sign, kind: 'bracket' });
    else if (CLOSING.test(sign) && this.#stack.at(-1)?.kind === 'bracket') this.#pop();
    this.#last = this.#at++;
  }

  #comment(): void {
    const source = this.#source;
    const from = this.#at;
    if (source[from + 1] !== '=') {
      const end = source.indexOf('\n', from);
      this.#at = end < 0 ? source.length : end;
    } else {
      let depth = 0;
      do {
        const two = source.slice(this.#at, this.#at + 2);
        if (two === '#=') depth++;
        if (two === '=#') depth--;
        this.#at += two === '#=' || two === '=#' ? 2 : 1;
      } while (depth > 0 && this.#at < source.length);
    }
    this.#blanks.push([from, this.#at]);
  }

  /** The end of a line or a semicolon ends a statement, where nothing is open and the line does not go on. */
  #border(sign: string): void {
    const from = Math.max(this.#start ?? 0, this.#last - 8);
    const before = this.#source.slice(from, this.#last + 1);
    if (this.#inner === 0 && (sign === ';' || !GOES_ON.test(before))) this.#finish(this.#at);
    this.#at++;
  }

  #openString(sign: string): void {
    const source = this.#source;
    const isTriple = source.startsWith(sign.repeat(3), this.#at);
    const ends = isTriple ? sign.repeat(3) : sign;
    // Of a string macro, `raw"…"`, the text is its own.
    const isPlain = this.#last === this.#at - 1 && /[\p{L}\p{N}_!]/u.test(source[this.#last] ?? '');
    this.#begin();
    this.#push({ sign: ends, kind: 'string', interpolates: !isPlain });
    this.#at += ends.length;
  }

  #inString(): void {
    const source = this.#source;
    const { sign, interpolates } = this.#stack.at(-1) ?? { sign: '' };
    const from = this.#at;
    let at = from;
    for (; at < source.length; at++) {
      if (source[at] === '\\') at++;
      else if (source.startsWith(sign, at)) break;
      else if (interpolates === true && source[at] === '$' && source[at + 1] === '(') break;
    }
    at = Math.min(at, source.length);
    this.#blanks.push([from, at]);
    this.#at = at;
    if (at >= source.length) return;
    if (source.startsWith(sign, at)) {
      this.#pop();
      this.#at += sign.length;
    } else {
      this.#push({ sign: '(', kind: 'bracket' });
      this.#at += 2;
    }
    this.#last = this.#at - 1;
  }

  /** Whether a character is written here, `'"'`: right after a value the quote is an adjoint. */
  #character(): boolean {
    const before = this.#source[this.#at - 1] ?? '';
    if (this.#last === this.#at - 1 && /[\p{L}\p{N}_!)\]}'."]/u.test(before)) return false;
    CHARACTER.lastIndex = this.#at;
    const [found] = CHARACTER.exec(this.#source) ?? [];
    if (found === undefined) return false;
    this.#begin();
    this.#blanks.push([this.#at + 1, this.#at + found.length - 1]);
    this.#at += found.length;
    this.#last = this.#at - 1;
    return true;
  }

  #word(word: string): void {
    if (!this.#isName(word) && this.#isKeyword(word)) return;
    this.#begin();
    this.#at += word.length;
    this.#last = this.#at - 1;
  }

  /** `x.end`, `:end`, `@begin`, and `end=` in a call. */
  #isName(word: string): boolean {
    const source = this.#source;
    const isTold = this.#last === this.#at - 1 && NAMES.test(source[this.#last] ?? '');
    return isTold || (source[this.#at + word.length] === '=' && this.#stack.at(-1)?.kind === 'bracket');
  }

  /** Whether the word opened a module or ended a block, and was read. */
  #isKeyword(word: string): boolean {
    if (word === 'end') return this.#end();
    if (word === 'module' || word === 'baremodule') return this.#openModule();
    if (!this.#opens(word)) return false;
    this.#begin();
    this.#push({ sign: word, kind: 'block' });
    return false;
  }

  /** What a module holds runs when the file is loaded, as what is around it does. */
  #openModule(): boolean {
    MODULE.lastIndex = this.#at;
    const [head, name] = MODULE.exec(this.#source) ?? [];
    if (head === undefined || name === undefined) return false;
    this.#modules.add(name);
    if (this.#inner > 0) this.#push({ sign: 'quoted', kind: 'block' });
    else {
      this.#finish(this.#at);
      this.#stack.push({ sign: 'module', kind: 'block' });
    }
    this.#at += head.length;
    this.#last = this.#at - 1;
    return true;
  }

  #opens(word: string): boolean {
    const source = this.#source;
    if (word === 'type') return TYPE.test(source.slice(Math.max(0, this.#at - 16), this.#at));
    if (!BLOCKS.has(word)) return false;
    const open = this.#stack.at(-1);
    if (open?.kind !== 'bracket') return true;
    if (word === 'begin') return open.sign !== '[';
    // `(x for x in y if z)`: after a value it is no block.
    const last = source[this.#last] ?? '';
    return word === 'for' || word === 'if' ? '(,;='.includes(last) : true;
  }

  /** Whether the word ends a block; in brackets it is the last index. */
  #end(): boolean {
    const open = this.#stack.at(-1);
    if (open?.kind !== 'block') return false;
    this.#at += 3;
    this.#last = this.#at - 1;
    if (open.sign === 'module') {
      this.#finish(this.#at - 3);
      this.#stack.pop();
    } else this.#pop();
    return true;
  }

  #push(open: Open): void {
    this.#stack.push(open);
    this.#inner++;
  }

  #pop(): void {
    this.#stack.pop();
    this.#inner--;
  }

  #begin(): void {
    this.#start ??= this.#at;
  }

  #finish(end: number): void {
    if (this.#start !== undefined) this.#statements.push([this.#start, end]);
    this.#start = undefined;
  }
}

function blanked(source: string, blanks: readonly (readonly [number, number])[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const [from, to] of blanks) {
    parts.push(source.slice(at, from), source.slice(from, to).replaceAll(/[^\n\r]/g, ' '));
    at = to;
  }
  return [...parts, source.slice(at)].join('');
}
