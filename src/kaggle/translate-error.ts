import { type ErrorAction, UserError, type UserErrorInit } from '../base/errors.ts';
import { formatBytes } from '../base/format.ts';
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

const RUN_AGAIN = 'Run again; finished stages are kept.';

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
        title: `Kaggle's file store answered ${failure.status} for ${about.thing}.`,
        actions: [{ title: `Its links live for a short time only. ${RUN_AGAIN}` }, ...pageOf(about)],
      });
    case 'refused':
      return new UserError(refused(failure.text, about));
    case 'size':
      return new UserError(otherSize(failure, about));
    case 'unreadable':
      return new UserError({
        code: 'kaggle-answer',
        title: `The answer of ${hostOf(sender.apiUrl)} about ${about.thing} could not be understood.`,
        detail: failure.text,
        actions: [{ title: RUN_AGAIN }, ...pageOf(about)],
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
        title: `Kaggle does not allow access to ${about.thing}, or it does not exist.`,
        detail,
        actions: [
          { title: 'Check its name, its owner, and that you are signed in as the owner.' },
          ...pageOf(about),
        ],
      };
    case 404:
      return {
        code: 'kaggle-not-found',
        title: `Kaggle does not find ${about.thing}.`,
        detail,
        actions: [{ title: 'Check the name.' }, ...pageOf(about)],
      };
    case 409:
      return {
        code: 'kaggle-conflict',
        title: `Kaggle has something else by the name of ${about.thing}.`,
        detail,
        actions: [{ title: 'Choose another name or title in JuliaKaggle.toml.' }, ...pageOf(about)],
      };
    case 429:
      return rateLimited(failure);
    default:
      return status >= 500 || status === 408
        ? {
            code: 'kaggle-unreachable',
            title: `Kaggle is in trouble: it answered ${status} about ${about.thing}.`,
            detail,
            actions: [{ title: `Wait some minutes. ${RUN_AGAIN}` }],
          }
        : refused(detail ?? `It answered ${status}.`, about);
  }
}

function otherSize({ size, got }: Extract<Failure, { kind: 'size' }>, about: About): UserErrorInit {
  return {
    code: 'checksum-mismatch',
    title:
      'exactly' in size
        ? `What arrived for ${about.thing} has another size than Kaggle lists; it was not kept.`
        : `What arrived for ${about.thing} is larger than ${formatBytes(size.atMost)}; it was not kept.`,
    detail: 'exactly' in size ? `listed ${size.exactly} bytes, got ${got} bytes` : undefined,
    actions: [{ title: 'Run again. If it stays so, download it in the browser.' }, ...pageOf(about)],
  };
}

function refused(said: string, about: About): UserErrorInit {
  return {
    code: 'kaggle-refused',
    title: `Kaggle refused the request about ${about.thing}.`,
    detail: said,
    actions: [{ title: 'Change what Kaggle names, and run again.' }, ...pageOf(about)],
  };
}

function unauthorized(detail: string | undefined, sender: Sender): UserErrorInit {
  return deadCredential(
    `Kaggle does not accept the credential from ${sender.credentialSource}.`,
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
  const others = shadowed.join(' and ');
  const hidden =
    others === ''
      ? undefined
      : `There is another credential in ${others}, which is not tried while the one in ${credentialSource} is there.`;
  const create = { title: 'Create a new API token on Kaggle', url: settingsUrl };
  const replace = {
    title: `Replace or remove the one in ${credentialSource}: while it is there, no other is tried.`,
  };
  const remove = { title: `Remove the one in ${credentialSource}, so that ${others} is used.` };
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
    title: 'Kaggle received too many requests from this account.',
    detail: failure.text,
    actions: [
      {
        title:
          wait === undefined
            ? `Wait some minutes. ${RUN_AGAIN}`
            : `Wait ${Math.ceil(wait / 1000)} s, as Kaggle asks. ${RUN_AGAIN}`,
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
      ? `The certificate of ${host} is not trusted${reason}.`
      : `${host} cannot be reached${reason}.`,
    actions: [
      trust
        ? { title: "If a proxy checks the traffic, put its certificate's file in NODE_EXTRA_CA_CERTS." }
        : { title: `Check the internet connection and the proxy settings. ${RUN_AGAIN}` },
    ],
    cause: failure.cause,
  });
}

function pageOf(about: About): ErrorAction[] {
  return about.url === undefined ? [] : [{ title: `Open ${about.thing} on Kaggle`, url: about.url }];
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
