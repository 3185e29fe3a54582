/** Text that is HTML already. Only `html` makes it, so that everything else is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template; nothing is written for what is absent. */
export type Part = Html | string | number | false | undefined | readonly Part[];

/** HTML with values in it, each escaped. Attributes must have quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const pieces = strings.map((text, index) => text + textOf(parts[index]));
  return new Html(pieces.join(''));
}

/** A text with HTML in the places of its `{0}`, `{1}` and so on; the rest is escaped. */
export function filled(text: string, ...parts: readonly Part[]): Html {
  const pieces = text.split(/\{(\d+)\}/);
  return new Html(
    pieces.map((piece, index) => textOf(index % 2 === 0 ? piece : parts[Number(piece)])).join(''),
  );
}

function textOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escapeHtml(String(part));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as HTML shows it, in an element or in a quoted attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
