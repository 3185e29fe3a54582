/** The canonical status names that go with the HTTP codes the sandbox answers (kaggle-api 0.5). */
const STATUS_NAMES = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'INVALID_ARGUMENT',
  409: 'ALREADY_EXISTS',
  413: 'INVALID_ARGUMENT',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
} as const;

export type ApiStatus = keyof typeof STATUS_NAMES;

/** The name for any HTTP status. */
export function statusName(status: number): string {
  const other: Readonly<Record<number, string>> = {
    ...STATUS_NAMES,
    429: 'RESOURCE_EXHAUSTED',
    502: 'UNAVAILABLE',
    503: 'UNAVAILABLE',
    504: 'DEADLINE_EXCEEDED',
  };
  return other[status] ?? 'UNKNOWN';
}

/** A refusal that goes to the client as it is. Anything else that is thrown becomes a 500 without its text. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: ApiStatus,
    message: string,
  ) {
    super(message);
  }

  /** The error shape of the RPC API (kaggle-api 0.5). */
  body(): { readonly error: { readonly code: number; readonly message: string; readonly status: string } } {
    return { error: { code: this.status, message: this.message, status: STATUS_NAMES[this.status] } };
  }
}

/** 400: the request makes no sense, as `message` says. */
export function invalid(message: string): ApiError {
  return new ApiError(400, message);
}

/** 404: there is no such public object. */
export function notFound(message: string): ApiError {
  return new ApiError(404, message);
}

/** What a private object answers that is missing or somebody else's: never 404 (kaggle-api 0.5). */
export function denied(permission: string): ApiError {
  return new ApiError(403, `Permission '${permission}' was denied`);
}
