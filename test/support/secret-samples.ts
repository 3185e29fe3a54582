// Put together here, so that no file of the repository holds what looks like a secret.

/** The heading of a private key of this kind, e.g. `RSA`. */
export function heading(kind = ''): string {
  return ['-----BEGIN', kind, 'PRIVATE KEY-----'].filter(Boolean).join(' ');
}

/** Text of so many characters as tokens have: the same each time, of one alphabet. */
function randomText(length: number, alphabet: string): string {
  let state = 7;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return alphabet[Math.floor(state / 65_536) % alphabet.length] ?? '';
  }).join('');
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const WORD = `${LETTERS}0123456789`;

/** `length` letters and digits. */
export const word = (length: number): string => randomText(length, WORD);
export const hex = (length: number): string => randomText(length, '0123456789abcdef');

/** The lines of a private key. */
export const KEY_LINES: readonly string[] = [
  heading(),
  ...Array.from({ length: 6 }, (_, line) => word(64 + line).slice(line)),
  heading().replace('BEGIN', 'END'),
];
export const KEY = `${KEY_LINES.join('\n')}\n`;
export const KAGGLE_TOKEN = `KGAT_${hex(32)}`;
export const KAGGLE_JSON = JSON.stringify({ username: 'ada', key: hex(32) });

/** Tokens of services, by what they are called. */
export const TOKENS: Readonly<Record<string, string>> = {
  'a Kaggle token': KAGGLE_TOKEN,
  'a Kaggle refresh token': `KGRT_${hex(32)}`,
  'a GitHub token': `ghp_${word(36)}`,
  'a fine-grained GitHub token': `github_pat_${word(22)}_${word(59)}`,
  'a GitLab token': `glpat-${word(20)}`,
  'a Hugging Face token': `hf_${randomText(34, LETTERS)}`,
  'an Anthropic key': `sk-ant-api03-${word(93)}AA`,
  'an OpenAI key': `sk-proj-${word(74)}T3BlbkFJ${word(74)}`,
  'an AWS access key': `AKIA${randomText(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
  'a Google key': `AIza${word(35)}`,
  'a Slack token': `xoxb-${randomText(12, '123456789')}-${randomText(12, '123456789')}-${word(24)}`,
  'a Stripe key': `sk_live_${word(24)}`,
  'an npm token': `npm_${word(36)}`,
  'a PyPI token': `pypi-AgEIcHlwaS5vcmc${word(120)}`,
};
