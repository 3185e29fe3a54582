/** In place of the editor's module where the page's words are made without an editor: English, as they are written. */
export const l10n = {
  t: (message: string, ...values: unknown[]): string =>
    message.replaceAll(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
};
