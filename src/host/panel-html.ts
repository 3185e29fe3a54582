export interface PanelResources {
  /** Addresses as the webview may load them. */
  readonly script: string;
  readonly style: string;
  /** The webview's own source, for the content security policy. */
  readonly source: string;
  /** New for each page; random. */
  readonly nonce: string;
  readonly language: string;
  readonly title: string;
}

/** Pure: the page that loads the panel. Nothing but its own script and style may be loaded, and nothing be asked. */
export function panelHtml({ script, style, source, nonce, language, title }: PanelResources): string {
  const policy = `default-src 'none'; style-src ${source}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    <link rel="stylesheet" href="${escapeHtml(style)}">
  </head>
  <body>
    <main id="app"></main>
    <script nonce="${escapeHtml(nonce)}" src="${escapeHtml(script)}"></script>
  </body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
