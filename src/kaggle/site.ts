const PRODUCTION_SITE = 'https://www.kaggle.com';

/** The pages that belong to an API: those of Kaggle, or the same server's for any other. */
export class Site {
  readonly url: string;

  /** @param siteUrl in place of the one that the API's address implies. */
  constructor(apiUrl: string, siteUrl?: string) {
    const { hostname, origin } = new URL(apiUrl);
    const implied = hostname.endsWith('.kaggle.com') ? PRODUCTION_SITE : origin;
    this.url = siteUrl?.replace(/\/+$/, '') ?? implied;
  }

  get settings(): string {
    return `${this.url}/settings/api`;
  }

  /** Where a sign-in by the browser begins. (kaggle-api 0.7) */
  get authorize(): string {
    return `${this.url}/api/v1/oauth2/authorize`;
  }

  /** Shows the code of a sign-in, to be pasted. (kaggle-api 0.7) */
  get pasteCode(): string {
    return `${this.url}/account/api/oauth/token`;
  }

  competition(slug: string): string {
    return `${this.url}/competitions/${slug}`;
  }

  rules(slug: string): string {
    return `${this.competition(slug)}/rules`;
  }

  submissions(slug: string): string {
    return `${this.competition(slug)}/submissions`;
  }

  dataset(owner: string, slug: string): string {
    return `${this.url}/datasets/${owner}/${slug}`;
  }

  /** @param ref `owner/model`, with what follows of it. */
  model(ref: string): string {
    return `${this.url}/models/${ref}`;
  }

  notebook(owner: string, slug: string): string {
    return `${this.url}/code/${owner}/${slug}`;
  }
}

/** The last `count` segments of a reference, which may be a path or a whole URL; undefined when it has fewer. */
export function lastSegments(ref: string | undefined, count: number): readonly string[] | undefined {
  if (ref === undefined) return undefined;
  const path = URL.canParse(ref) ? new URL(ref).pathname : ref;
  const segments = path.split('/').filter((segment) => segment !== '');
  return segments.length < count ? undefined : segments.slice(-count);
}
