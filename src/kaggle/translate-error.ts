import * as l10n from '@vscode/l10n';
import { type ErrorAction, UserError, type UserErrorInit } from '../base/errors.ts';
import { formatBytes, inWords } from '../base/format.ts';
import { isTrustProblem } from '../base/http.ts';
import type { Failure } from './failure.ts';

/** What a call is about, for the sentences of its errors. */
export interface About {
  /** E.g. `the dataset ann/julia-depot`. */
  readonly thing: string;
  /** Its page. */
  readonly url?: string | undefined;
  /** What a status means for this call in particular, where that is more than what it means in general. */
  readonly explain?:
    Readonly<Partial<Record<number, (said: string | undefined) => UserErrorInit>>> | undefined;
}

export interface Sender {
  /** Where the requests go, e.g. `https://api.kaggle.com`. */
  readonly apiUrl: string;
  readonly settingsUrl: string;
  /** Where the credential came from. */
  readonly credentialSource: string;
  /** Where there are others, which are not tried while this one is there. */
  readonly shadowed: readonly string[];
}

function runAgain(): string {
  return l10n.t('Run again; finished stages are kept.');
}

/** Puts a failure into words with a remedy: the one place where what Kaggle says becomes a UserError. */
export function translateFailure(failure: Failure, about: About, sender: Sender): UserError {
  switch (failure.kind) {
    case 'network':
      return unreachable(failure, sender);
    case 'status':
      return new UserError(
        about.explain?.[failure.status]?.(failure.text) ?? byStatus(failure, about, sender),
      );
    case 'storage':
      return new UserError({
        code: 'kaggle-unreachable',
        title: l10n.t("Kaggle's file store answered {0} for {1}.", failure.status, about.thing),
        actions: [
          { title: l10n.t('Its links live for a short time only. {0}', runAgain()) },
          ...pageOf(about),
        ],
      });
    case 'refused':
      return new UserError(refused(failure.text, about));
    case 'size':
      return new UserError(otherSize(failure, about));
    case 'unreadable':
      return new UserError({
        code: 'kaggle-answer',
        title: l10n.t(
          'The answer of {0} about {1} could not be understood.',
          hostOf(sender.apiUrl),
          about.thing,
        ),
        detail: failure.text,
        actions: [{ title: runAgain() }, ...pageOf(about)],
      });
  }
}

function byStatus(
  failure: Extract<Failure, { kind: 'status' }>,
  about: About,
  sender: Sender,
): UserErrorInit {
  const { status, text: detail } = failure;
  switch (status) {
    case 401:
      return unauthorized(detail, sender);
    case 403:
      return {
        code: 'kaggle-forbidden',
        title: l10n.t('Kaggle does not allow access to {0}, or it does not exist.', about.thing),
        detail,
        actions: [
          { title: l10n.t('Check its name, its owner, and that you are signed in as the owner.') },
          ...pageOf(about),
        ],
      };
    case 404:
      return {
        code: 'kaggle-not-found',
        title: l10n.t('Kaggle does not find {0}.', about.thing),
        detail,
        actions: [{ title: l10n.t('Check the name.') }, ...pageOf(about)],
      };
    case 409:
      return {
        code: 'kaggle-conflict',
        title: l10n.t('Kaggle has something else by the name of {0}.', about.thing),
        detail,
        actions: [{ title: l10n.t('Choose another name or title in JuliaKaggle.toml.') }, ...pageOf(about)],
      };
    case 429:
      return rateLimited(failure);
    default:
      return status >= 500 || status === 408
        ? {
            code: 'kaggle-unreachable',
            title: l10n.t('Kaggle is in trouble: it answered {0} about {1}.', status, about.thing),
            detail,
            actions: [{ title: l10n.t('Wait some minutes. {0}', runAgain()) }],
          }
        : refused(detail ?? l10n.t('It answered {0}.', status), about);
  }
}

function otherSize({ size, got }: Extract<Failure, { kind: 'size' }>, about: About): UserErrorInit {
  return {
    code: 'checksum-mismatch',
    title:
      'exactly' in size
        ? l10n.t('What arrived for {0} has another size than Kaggle lists; it was not kept.', about.thing)
        : l10n.t(
            'What arrived for {0} is larger than {1}; it was not kept.',
            about.thing,
            formatBytes(size.atMost),
          ),
    detail: 'exactly' in size ? l10n.t('listed {0} bytes, got {1} bytes', size.exactly, got) : undefined,
    actions: [{ title: l10n.t('Run again. If it stays so, download it in the browser.') }, ...pageOf(about)],
  };
}

function refused(said: string, about: About): UserErrorInit {
  return {
    code: 'kaggle-refused',
    title: l10n.t('Kaggle refused the request about {0}.', about.thing),
    detail: said,
    actions: [{ title: l10n.t('Change what Kaggle names, and run again.') }, ...pageOf(about)],
  };
}

function unauthorized(detail: string | undefined, sender: Sender): UserErrorInit {
  return deadCredential(
    l10n.t('Kaggle does not accept the credential from {0}.', sender.credentialSource),
    detail,
    sender,
  );
}

/** A credential that is of no use, with what else there is: a dead one hides a good one. (kaggle-api 0.7) */
export function deadCredential(
  title: string,
  detail: string | undefined,
  { credentialSource, shadowed, settingsUrl }: Pick<Sender, 'credentialSource' | 'shadowed' | 'settingsUrl'>,
): UserErrorInit {
  const others = inWords(shadowed, 'and');
  const hidden =
    others === ''
      ? undefined
      : l10n.t(
          'There is another credential in {0}, which is not tried while the one in {1} is there.',
          others,
          credentialSource,
        );
  const create = { title: l10n.t('Create a new API token on Kaggle'), url: settingsUrl };
  const replace = {
    title: l10n.t(
      'Replace or remove the one in {0}: while it is there, no other is tried.',
      credentialSource,
    ),
  };
  const remove = { title: l10n.t('Remove the one in {0}, so that {1} is used.', credentialSource, others) };
  return {
    code: 'kaggle-unauthorized',
    title,
    detail: [detail, hidden].filter((each) => each !== undefined).join('\n') || undefined,
    actions: hidden === undefined ? [create, replace] : [remove, create],
  };
}

function rateLimited(failure: Extract<Failure, { kind: 'status' }>): UserErrorInit {
  const wait = failure.retryAfterMs;
  return {
    code: 'kaggle-rate-limited',
    title: l10n.t('Kaggle received too many requests from this account.'),
    detail: failure.text,
    actions: [
      {
        title:
          wait === undefined
            ? l10n.t('Wait some minutes. {0}', runAgain())
            : l10n.t('Wait {0} s, as Kaggle asks. {1}', Math.ceil(wait / 1000), runAgain()),
      },
    ],
  };
}

function unreachable(failure: Extract<Failure, { kind: 'network' }>, sender: Sender): UserError {
  const host = hostOf(sender.apiUrl);
  const reason = failure.code === undefined ? '' : ` (${failure.code})`;
  const trust = isTrustProblem(failure.code);
  return new UserError({
    code: 'kaggle-unreachable',
    title: trust
      ? l10n.t('The certificate of {0} is not trusted{1}.', host, reason)
      : l10n.t('{0} cannot be reached{1}.', host, reason),
    actions: [
      trust
        ? {
            title: l10n.t(
              "If a proxy checks the traffic, put its certificate's file in NODE_EXTRA_CA_CERTS.",
            ),
          }
        : { title: l10n.t('Check the internet connection and the proxy settings. {0}', runAgain()) },
    ],
    cause: failure.cause,
  });
}

function pageOf(about: About): ErrorAction[] {
  return about.url === undefined
    ? []
    : [{ title: l10n.t('Open {0} on Kaggle', about.thing), url: about.url }];
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
