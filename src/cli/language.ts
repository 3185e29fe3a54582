import * as l10n from '@vscode/l10n';

/** Pure: whether the terminal asks for Simplified Chinese: the first that is set of what POSIX looks at. */
export function isChinese(environment: Readonly<Record<string, string | undefined>>): boolean {
  const locales = ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => environment[name] ?? '');
  return locales.find((locale) => locale !== '')?.startsWith('zh_CN') === true;
}

/** Output for programs is the same in every language. */
const FOR_PROGRAMS: readonly string[] = ['--json', '--csv'];

/** Has sentences come in the language of the terminal: Simplified Chinese, else English. */
export async function speakAs(
  environment: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): Promise<void> {
  if (!isChinese(environment) || args.some((each) => FOR_PROGRAMS.includes(each))) return;
  const { default: contents } = await import('../../l10n/bundle.l10n.zh-cn.json', { with: { type: 'json' } });
  l10n.config({ contents });
}
