import * as l10n from '@vscode/l10n';

/** Pure: what a file looks like, in the language of the program. It is kept, and compared, in English. */
export function secretInWords(what: string): string {
  const words: Readonly<Record<string, string>> = {
    'a Databricks token': l10n.t('a Databricks token'),
    'a GitHub token': l10n.t('a GitHub token'),
    'a GitLab token': l10n.t('a GitLab token'),
    'a Google key': l10n.t('a Google key'),
    'a Google secret': l10n.t('a Google secret'),
    'a Hugging Face token': l10n.t('a Hugging Face token'),
    'a Kaggle key': l10n.t('a Kaggle key'),
    'a Kaggle token': l10n.t('a Kaggle token'),
    'a PyPI token': l10n.t('a PyPI token'),
    'a Slack address to post to': l10n.t('a Slack address to post to'),
    'a Slack token': l10n.t('a Slack token'),
    'a Stripe key': l10n.t('a Stripe key'),
    'a Weights & Biases key': l10n.t('a Weights & Biases key'),
    'a private key': l10n.t('a private key'),
    'a registry’s password': l10n.t('a registry’s password'),
    'a secret': l10n.t('a secret'),
    'an AWS key': l10n.t('an AWS key'),
    'an Anthropic key': l10n.t('an Anthropic key'),
    'an Azure storage key': l10n.t('an Azure storage key'),
    'an OAuth token': l10n.t('an OAuth token'),
    'an OpenAI key': l10n.t('an OpenAI key'),
    'an address with a password': l10n.t('an address with a password'),
    'an npm token': l10n.t('an npm token'),
  };
  return words[what] ?? what;
}
