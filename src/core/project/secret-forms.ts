import { sha256 } from '../../base/hash.ts';

/**
 * How secrets look: by the name of their file, and by their content (docs/decisions/0026). The forms of tokens are those
 * that the services publish for scanners; where a form is older than that, or is known from a file only, it says so.
 */

/** What is put behind the name of a file that is kept aside. */
const COPY = String.raw`(?:[._ -]?(?:bak|backup|copy|old|orig|save|tmp|swp)|[._ -]?\(?\d{1,3}\)?|~)?`;

/** Names of files that hold a secret; each is matched against the whole name. */
const NAMES: readonly RegExp[] = [
  // Kaggle's own (kaggle-api 0.7), also as a browser names a second download.
  new RegExp(`^kaggle${COPY}\\.json${COPY}$`, 'i'),
  new RegExp(`^access_token(?:\\.txt)?${COPY}$`, 'i'),
  new RegExp(`^(?:application_default_)?credentials\\.json${COPY}$`, 'i'),
  // Keys of SSH; the public half goes by `.pub`, and a program may well be called after them.
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:[._ ~-](?!.*\.(?:pub|jl|py|md|html?)$|pub$).*)?$/i,
  // Programs' own files of credentials.
  new RegExp(
    `^(?:[._]netrc|\\.git-credentials|\\.npmrc|\\.pypirc|\\.dockercfg|\\.pgpass|\\.my\\.cnf|\\.s3cfg|\\.boto|\\.vault-token|\\.cdsapirc|\\.databrickscfg)${COPY}$`,
    'i',
  ),
  // Variables for programs; a template of them holds none.
  /^\.envrc$/i,
  /^\.env(?:[._-](?!(?:example|sample|template|dist|defaults?)$).*)?$/i,
  /^(?!(?:example|sample|template|dist|defaults?)\.)[\w-]+\.env$/i,
  // Stores of keys.
  /\.(?:p12|pfx|jks|keystore|kdbx|ppk)$/i,
];

/** The same for names that say it only together with their folder's. */
const NAMES_IN_FOLDERS: readonly RegExp[] = [
  /(?:^|\/)\.aws\/(?:credentials|cli\/cache\/.*)$/i,
  /(?:^|\/)\.docker\/config\.json$/i,
  /(?:^|\/)\.kube\/config$/i,
  /(?:^|\/)\.gnupg\/(?:private-keys-v1\.d\/.*|secring\.gpg)$/i,
  /(?:^|\/)gcloud\/(?:credentials\.db|access_tokens\.db|legacy_credentials\/.*)$/i,
  /(?:^|\/)gh\/hosts\.yml$/i,
];

/** Pure: whether files of this name hold a secret. @param path with `/`; the last folders count too. */
export function isSecretName(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return NAMES.some((form) => form.test(name)) || NAMES_IN_FOLDERS.some((form) => form.test(path));
}

/** A form of secrets in texts. */
interface Form {
  /** Completes the sentence "looks like ...". */
  readonly what: string;
  /** Texts of which one is in every secret of this form: what is searched for in the whole file. */
  readonly anchors: readonly string[];
  /** Bounded repetitions only, none in another, so that no text takes long. The first group is the secret itself. */
  readonly pattern: RegExp;
  /** Whether it is one, where the pattern does not tell alone. */
  readonly isReal?: (match: RegExpExecArray) => boolean;
}

/** A token with a prefix that is nobody else's: nothing of an alphabet before it. */
function token(what: string, anchors: readonly string[], pattern: string, body: string): Form {
  return { what, anchors, pattern: new RegExp(`(?<![A-Za-z0-9])(?:${pattern})(${body})(?![A-Za-z0-9])`) };
}

/** A setting of a name that only one service has, in any language: `NAME=…`, `"NAME": "…"`, `ENV["NAME"] = "…"`. */
function setting(what: string, name: string, body: string): Form {
  const anchors = [name.toUpperCase(), name.toLowerCase()];
  return { what, anchors, pattern: new RegExp(`${name}\\W{1,16}(${body})(?![A-Za-z0-9])`, 'i') };
}

/** Between two words of a JSON or a program: colons, quotes, blanks. */
const IS = String.raw`["']?\s{0,20}[:=]\s{0,20}["']`;

/** What may stand before the content of a key in another file: blanks, quotes, signs of comments and lists. */
const LEAD = String.raw`[\s"',;+#|>*/]{0,100}`;

const FORMS: readonly Form[] = [
  {
    // RFC 7468 and RFC 4880; a heading alone is a program that looks for it.
    what: 'a private key',
    anchors: ['PRIVATE KEY'],
    pattern: new RegExp(
      String.raw`-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?=(${LEAD}))\1` +
        String.raw`(?:[A-Z][\w-]{1,30}: [^\n]{0,100}\n[\s"',#|>]{0,50}){0,4}([\w+/=]{32})`,
    ),
    isReal: (match) => isNoPlaceholder(match[2] ?? ''),
  },
  { what: 'a private key', anchors: ['AGE-SECRET-KEY-'], pattern: /AGE-SECRET-KEY-1([0-9A-Z]{58})/ },
  {
    what: 'a private key',
    anchors: ['PuTTY-User-Key-File'],
    pattern: /PuTTY-User-Key-File-\d: ([\w-]{3,30})/,
  },
  // kaggle-api 0.7
  token('a Kaggle token', ['KGAT_', 'KGRT_'], 'KGAT_|KGRT_', String.raw`[\w-]{24,200}`),
  {
    // kaggle-api 0.7: kaggle.json
    what: 'a Kaggle key',
    anchors: ['username'],
    pattern: new RegExp(
      `username${IS}[^"'\\n]{1,64}["'][^{}]{0,200}?(?<![A-Za-z0-9])key${IS}([0-9a-f]{32})["']`,
    ),
  },
  {
    what: 'a Kaggle key',
    anchors: ['username'],
    pattern: new RegExp(`(?<![A-Za-z0-9])key${IS}([0-9a-f]{32})["'][^{}]{0,200}?username${IS}`),
  },
  setting('a Kaggle key', 'KAGGLE_KEY', '[0-9a-f]{32}'),
  // docs.github.com, "About authentication to GitHub"
  token('a GitHub token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], 'gh[pousr]_', '[0-9A-Za-z]{36,255}'),
  token('a GitHub token', ['github_pat_'], 'github_pat_', '[0-9A-Za-z_]{40,255}'),
  // docs.gitlab.com, "Token prefixes"
  token(
    'a GitLab token',
    ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'gloas-', 'glsoat-', 'glagent-'],
    'gl(?:pat|dt|rt|cbt|ptt|oas|soat|agent)-',
    String.raw`[\w.-]{20,300}`,
  ),
  // huggingface.co/docs/hub/security-tokens
  token('a Hugging Face token', ['hf_'], 'hf_', '[A-Za-z]{34}'),
  token('an Anthropic key', ['sk-ant-'], 'sk-ant-[a-z0-9]{2,12}-', String.raw`[\w-]{32,200}`),
  token(
    'an OpenAI key',
    ['sk-proj-', 'sk-svcacct-', 'sk-admin-'],
    'sk-(?:proj|svcacct|admin)-',
    String.raw`[\w-]{40,300}`,
  ),
  token('an OpenAI key', ['T3BlbkFJ'], 'sk-', '[0-9A-Za-z]{20}T3BlbkFJ[0-9A-Za-z]{20}'),
  setting('a Weights & Biases key', 'WANDB_API_KEY', '[0-9a-f]{40}'),
  token('a Databricks token', ['dapi'], 'dapi', '[0-9a-f]{32}(?:-[0-9])?'),
  // docs.aws.amazon.com, IAM identifiers; their examples end in EXAMPLE.
  token('an AWS key', ['AKIA', 'ASIA'], 'AKIA|ASIA', '[A-Z2-7]{16}'),
  setting('an AWS key', 'aws_secret_access_key', '[A-Za-z0-9/+]{40}'),
  token('a Google key', ['AIza'], 'AIza', String.raw`[\w-]{35}(?![\w-])`),
  token('a Google secret', ['GOCSPX-'], 'GOCSPX-', String.raw`[\w-]{28}`),
  setting('an Azure storage key', 'AccountKey', '[A-Za-z0-9+/]{86}=='),
  // docs.slack.dev, "Tokens"
  token(
    'a Slack token',
    ['xoxb-', 'xoxp-', 'xoxa-', 'xoxe-', 'xoxr-', 'xoxs-'],
    'xox[abeprs]-',
    '[0-9A-Za-z.-]{20,300}',
  ),
  token(
    'a Slack address to post to',
    ['hooks.slack.com'],
    String.raw`hooks\.slack\.com/services/`,
    '[A-Z0-9]{6,14}/[A-Z0-9]{6,14}/[0-9A-Za-z]{20,30}',
  ),
  token('a Stripe key', ['sk_live_', 'rk_live_'], '[rs]k_live_', '[0-9A-Za-z]{24,120}'),
  token('an npm token', ['npm_'], 'npm_', '[0-9A-Za-z]{36}'),
  {
    what: 'an npm token',
    anchors: ['_authToken'],
    pattern: /_authToken\s{0,5}=\s{0,5}["']?([\w./+=-]{16,300})/,
  },
  token('a PyPI token', ['pypi-AgE'], 'pypi-AgE', String.raw`[\w-]{50,300}`),
  {
    // ~/.kaggle/credentials.json (kaggle-api 0.7) and what other programs keep of OAuth.
    what: 'an OAuth token',
    anchors: ['refresh_token', 'access_token'],
    pattern: new RegExp(`(?:refresh|access)_token${IS}([\\w.~+/=-]{20,2000})["']`),
  },
  {
    // docs.docker.com, config.json: base64 of `user:password`.
    what: 'a registry’s password',
    anchors: ['auth'],
    pattern: /"auth"\s{0,20}:\s{0,20}"([A-Za-z0-9+/]{8,2000}={0,2})"/,
    isReal: ([, encoded = '']) => /^[\x21-\x39\x3b-\x7e]+:[\x20-\x7e]+$/.test(latin1(encoded)),
  },
  {
    what: 'an address with a password',
    anchors: ['://', String.raw`:\/\/`],
    pattern: /:\/\/([^\s/:@"'`<>{}$()]{0,100}):([^\s/@"'`<>{}$()]{3,200})@([\w.-]{1,200})/,
    isReal: ([, user = '', password = '', host = '']) =>
      isNoPlaceholder(password) &&
      !/^(?:user(?:name)?|pass(?:w(?:or)?d)?|pwd?|secret|token|key|foo|bar|test|admin|root|guest|[*.]+|x-oauth-basic)$/i.test(
        password,
      ) &&
      password !== user &&
      !/^(?:localhost|127\.[\d.]+|(?:[\w.-]+\.)?(?:example(?:\.com|\.org|\.net)?|invalid|test|localhost))\.?$/i.test(
        host,
      ),
  },
];

function latin1(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}

/** What documentation writes in place of a secret: one character over and over, or a word that says so. */
function isNoPlaceholder(secret: string): boolean {
  return (
    !/^(.)\1*$/is.test(secret) &&
    !/example|placeholder|your|changeme|redacted|dummy|insert|xxxx|\.\.\./i.test(secret)
  );
}

/** Pure: what secret a text holds, in words; undefined: none. */
export function secretIn(text: string): string | undefined {
  return FORMS.find(({ pattern, isReal }) => holds(text, pattern, isReal))?.what;
}

function holds(text: string, pattern: RegExp, isReal = isRealByItself): boolean {
  const all = new RegExp(pattern, `${pattern.flags}g`);
  for (let match = all.exec(text); match !== null; match = all.exec(text)) if (isReal(match)) return true;
  return false;
}

function isRealByItself([, secret = '']: RegExpExecArray): boolean {
  return isNoPlaceholder(secret);
}

/** All texts of which one is in any secret that `secretIn` knows. */
export const ANCHORS: readonly string[] = [...new Set(FORMS.flatMap(({ anchors }) => anchors))];

/** Changes with the forms: what was found by other ones is not known of these. */
export const FORMS_ID: string = sha256(
  [...NAMES, ...NAMES_IN_FOLDERS, ...FORMS.map(({ pattern }) => pattern), ...ANCHORS].map(String).join('\n'),
).slice(0, 8);
