import * as l10n from '@vscode/l10n';
import { defined } from '../base/defined.ts';
import type * as z from 'zod/mini';
import { isUserError, UserError, type UserErrorInit } from '../base/errors.ts';
import { editDistance, nearest } from '../base/nearest.ts';
import { nonEmpty } from '../base/non-empty.ts';
import type { Connection } from './connection.ts';
import { download, type FileWish } from './download.ts';
import { allPages, type Page, PAGE_SIZE } from './pages.ts';
import { type RemoteFile, withSafeNames } from './remote-name.ts';
import { competition, competitions, dataFiles, leaderboard } from './schemas.ts';
import { lastSegments, type Site } from './site.ts';
import type { About } from './translate-error.ts';

const SERVICE = 'competitions.CompetitionApiService';

/** More than the official client's 20; what a server takes at most is not known. (kaggle-api 1.1) */
const LIST_PAGE_SIZE = 100;

export interface Competition {
  readonly slug: string;
  readonly title: string;
  readonly url: string;
  /** ISO-8601, UTC. */
  readonly deadline: string | undefined;
  readonly userHasEntered: boolean;
  /** A code competition: it takes notebooks only. */
  readonly isKernelsSubmissionsOnly: boolean;
  readonly submissionsDisabled: boolean;
  /** How many a day; absent when Kaggle does not say. */
  readonly maxDailySubmissions?: number;
  /** The metric's name in words, e.g. `Root Mean Squared Error`; undefined when Kaggle does not say. */
  readonly evaluationMetric: string | undefined;
  /** Absent: it is about predictions, for all that is known. */
  readonly kind?: OtherKind;
}

/** What is asked for by a competition that is not about predictions, by its category and tags. */
export type OtherKind = 'simulation' | 'hackathon' | 'analytics';

/** Competitions and their data. (kaggle-api 1.1 to 1.4) */
export class CompetitionCalls {
  constructor(private readonly connection: Connection) {}

  /** The competitions that one has entered, those whose name has the words of `search`. */
  async list(search: string, signal: AbortSignal): Promise<readonly Competition[]> {
    const thing = l10n.t('the list of your competitions');
    const found = await allPages((pageToken) =>
      this.#page({ group: 'COMPETITION_LIST_TAB_ENTERED', search, pageToken }, thing, signal),
    );
    return found.map((answer) => competitionOf(answer, '', this.connection.site));
  }

  /** The first competitions that Kaggle finds among all, entered or not: who does not find it there types more. */
  async search(search: string, signal: AbortSignal): Promise<readonly Competition[]> {
    const page = { group: 'COMPETITION_LIST_TAB_EVERYTHING', search };
    const { items } = await this.#page(page, l10n.t('the list of competitions'), signal);
    return items.map((answer) => competitionOf(answer, '', this.connection.site));
  }

  /**
   * The competition, with defaults for what Kaggle leaves out. (kaggle-api 1.1, 1.2)
   * @throws UserError `kaggle-not-found` with the nearest name, `competition-not-entered`.
   */
  async get(slug: string, signal: AbortSignal): Promise<Competition> {
    const { transport, site } = this.connection;
    const call = {
      method: `${SERVICE}/GetCompetition`,
      body: { competitionName: slug },
      answer: competition,
      about: { thing: l10n.t('the competition {0}', slug), url: site.competition(slug) },
    };
    const answer = await this.#telling(slug, () => transport.call(call, signal), signal);
    return competitionOf(answer, slug, site);
  }

  /**
   * The public scores of the leaderboard, the best first: one page of them. Empty when there are none to see.
   * (kaggle-api 1.8)
   */
  async leaderboardScores(slug: string, signal: AbortSignal): Promise<readonly number[]> {
    const { transport, site } = this.connection;
    const { submissions } = await transport.call(
      {
        method: `${SERVICE}/GetLeaderboard`,
        body: { competitionName: slug, pageSize: PAGE_SIZE },
        answer: leaderboard,
        about: {
          thing: l10n.t('the leaderboard of {0}', slug),
          url: `${site.competition(slug)}/leaderboard`,
        },
      },
      signal,
    );
    return submissions.map(({ score }) => score).filter((score) => score !== undefined);
  }

  /** The data files. @throws as `get`. */
  async listFiles(slug: string, signal: AbortSignal): Promise<readonly RemoteFile[]> {
    const list = () => allPages((pageToken) => this.#files(slug, pageToken, signal));
    return withSafeNames(await this.#telling(slug, list, signal), this.connection.logger);
  }

  /** The same page by page, as many as there are: whoever takes them need not wait for the last. @throws as `get`. */
  async *filePages(slug: string, signal: AbortSignal): AsyncGenerator<readonly RemoteFile[]> {
    const seen = new Set<string | undefined>();
    for (let pageToken: string | undefined; !seen.has(pageToken);) {
      seen.add(pageToken);
      const token = pageToken;
      const page = await this.#telling(slug, () => this.#files(slug, token, signal), signal);
      yield withSafeNames(page.items, this.connection.logger);
      if (page.nextPageToken === undefined) return;
      pageToken = page.nextPageToken;
    }
  }

  async #files(slug: string, pageToken: string | undefined, signal: AbortSignal): Promise<Page<RemoteFile>> {
    const { transport, site } = this.connection;
    const { files, nextPageToken } = await transport.call(
      {
        method: `${SERVICE}/ListDataFiles`,
        body: { competitionName: slug, pageSize: PAGE_SIZE, pageToken },
        answer: dataFiles,
        about: aboutData(site, slug, l10n.t('the data of the competition {0}', slug)),
      },
      signal,
    );
    const items = files.map(({ name, totalBytes, creationDate: created }) => ({
      name,
      bytes: totalBytes,
      ...defined({ created }),
    }));
    return { items, nextPageToken };
  }

  /**
   * Downloads one data file to `path`: written under a temporary name first, its listed size and md5 checked, resumed
   * when the connection breaks, with `keep` also by a later try, unpacked when Kaggle sends it as a zip archive.
   */
  async downloadFile(
    slug: string,
    { name, bytes }: RemoteFile,
    path: string,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
    keep: Pick<FileWish, 'keep'> = {},
  ): Promise<void> {
    const { transport, site } = this.connection;
    const body = { competitionName: slug, fileName: name };
    await download(
      this.connection,
      {
        ...keep,
        ...{ path, onBytes },
        request: () => transport.requestOf(`${SERVICE}/DownloadDataFile`, body, signal),
        fromKaggle: true,
        name,
        size: { exactly: bytes },
        about: aboutData(site, slug, l10n.t('{0} of the competition {1}', name, slug)),
      },
      signal,
    );
  }

  /**
   * Kaggle answers 403 for a name that is mistyped as well as for rules that were not accepted: its list of competitions
   * tells which it is. Where that cannot be had, the answer stands.
   */
  async #telling<T>(slug: string, call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!isUserError(error) || !AMBIGUOUS.has(error.code)) throw error;
      throw (await this.#told(slug, error, signal).catch(() => undefined)) ?? error;
    }
  }

  async #told(slug: string, { detail }: UserError, signal: AbortSignal): Promise<UserError> {
    const listed = new Set((await this.search(slug.replaceAll('-', ' '), signal)).map((each) => each.slug));
    const { site } = this.connection;
    if (!listed.has(slug)) {
      // A word that is mistyped finds nothing, its beginning may.
      const more = [this.search(slug, signal), this.search(slug.slice(0, 4), signal), this.list('', signal)];
      for (const found of await Promise.all(more)) for (const each of found) listed.add(each.slug);
    }
    return new UserError(
      listed.has(slug) ? notEntered(site, slug, detail) : notListed(site, slug, [...listed]),
    );
  }

  async #page(
    {
      search,
      ...rest
    }: { readonly group: string; readonly search: string; readonly pageToken?: string | undefined },
    thing: string,
    signal: AbortSignal,
  ): Promise<{
    readonly items: readonly z.infer<typeof competition>[];
    readonly nextPageToken: string | undefined;
  }> {
    const { transport, site } = this.connection;
    const page = await transport.call(
      {
        method: `${SERVICE}/ListCompetitions`,
        body: { ...rest, search: nonEmpty(search), pageSize: LIST_PAGE_SIZE },
        answer: competitions,
        about: { thing, url: `${site.url}/competitions` },
      },
      signal,
    );
    return { items: page.competitions, nextPageToken: page.nextPageToken };
  }
}

const AMBIGUOUS: ReadonlySet<string> = new Set([
  'kaggle-forbidden',
  'kaggle-not-found',
  'competition-not-entered',
]);

/** No competition that is listed has the name. */
function notListed(site: Site, slug: string, listed: readonly string[]): UserErrorInit {
  const near = nearest(slug, listed);
  const isNear = near !== undefined && editDistance(slug, near) <= Math.max(2, slug.length / 4);
  return {
    code: 'kaggle-not-found',
    title: isNear
      ? l10n.t('Kaggle lists no competition {0}. Did you mean {1}?', slug, near)
      : l10n.t('Kaggle lists no competition {0}.', slug),
    actions: [
      {
        title: isNear
          ? l10n.t('Write competition = "{0}" into JuliaKaggle.toml, if it is that one.', near)
          : l10n.t("Write the last part of the competition's address into JuliaKaggle.toml."),
        command: isNear ? `choose-competition ${near}` : 'choose-competition',
      },
      {
        title: l10n.t('If it is a private one, accept the invitation to it first.'),
        url: site.competition(slug),
      },
    ],
  };
}

/**
 * By Kaggle's own documentation, simulations are told by their tag (kaggle-cli, docs/simulation_competitions.md); the
 * categories are those of the list (kaggle-api 1.1).
 */
function kindOf({ category = '', tags }: z.infer<typeof competition>): OtherKind | undefined {
  const words = [category, ...tags.flatMap(({ ref, name }) => [ref ?? '', name ?? ''])]
    .join('\n')
    .toLowerCase();
  if (words.includes('simulation')) return 'simulation';
  if (words.includes('hackathon')) return 'hackathon';
  return /analytics$/i.test(category) ? 'analytics' : undefined;
}

function competitionOf(answer: z.infer<typeof competition>, known: string, site: Site): Competition {
  const { ref, title, url, deadline, evaluationMetric, maxDailySubmissions, ...others } = answer;
  const { category: _category, tags: _tags, ...flags } = others;
  // `ref` is a whole URL in some answers. (kaggle-api 1.1)
  const slug = lastSegments(ref, 1)?.[0] ?? known;
  return {
    ...flags,
    slug,
    title: title ?? slug,
    url: url ?? site.competition(slug),
    deadline,
    evaluationMetric,
    ...(maxDailySubmissions > 0 && { maxDailySubmissions }),
    ...defined({ kind: kindOf(answer) }),
  };
}

/** Data is for those who accepted the rules: 403 says that somebody has not. (kaggle-api 1.4) */
function aboutData(site: Site, slug: string, thing: string): About {
  return {
    thing,
    url: `${site.competition(slug)}/data`,
    explain: { 403: (detail) => notEntered(site, slug, detail) },
  };
}

/** The person has not joined the competition. */
export function notEntered(site: Site, slug: string, detail: string | undefined): UserErrorInit {
  return {
    code: 'competition-not-entered',
    title: l10n.t('You have not joined the competition {0}, or not accepted its rules.', slug),
    detail,
    actions: [{ title: l10n.t('Accept the rules of {0}', slug), url: site.rules(slug) }],
  };
}
