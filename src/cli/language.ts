import * as l10n from '@vscode/l10n';

/** Pure: whether the terminal asks for Simplified Chinese: the first that is set of what POSIX looks at. */
export function isChinese(environment: Readonly<Record<string, string | undefined>>): boolean {
  const locales = ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => environment[name] ?? '');
  return locales.find((locale) => locale !== '')?.startsWith('zh_CN') === true;
}

/** Has sentences come in the language of the terminal: Simplified Chinese, else English. */
export async function speakAs(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  if (!isChinese(environment)) return;
  const { default: contents } = await import('../../l10n/bundle.l10n.zh-cn.json', { with: { type: 'json' } });
  l10n.config({ contents });
}
