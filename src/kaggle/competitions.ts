import { defined } from '../base/defined.ts';
import type * as z from 'zod/mini';
import type { UserErrorInit } from '../base/errors.ts';
import { nonEmpty } from '../base/non-empty.ts';
import type { Connection } from './connection.ts';
import { download } from './download.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
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
  /** The metric's name in words, e.g. `Root Mean Squared Error`; undefined when Kaggle does not say. */
  readonly evaluationMetric: string | undefined;
}

/** Competitions and their data. (kaggle-api 1.1 to 1.4) */
export class CompetitionCalls {
  constructor(private readonly connection: Connection) {}

  /** The competitions that one has entered, those whose name has the words of `search`. */
  async list(search: string, signal: AbortSignal): Promise<readonly Competition[]> {
    const thing = 'the list of your competitions';
    const found = await allPages((pageToken) =>
      this.#page({ group: 'COMPETITION_LIST_TAB_ENTERED', search, pageToken }, thing, signal),
    );
    return found.map((answer) => competitionOf(answer, '', this.connection.site));
  }

  /** The first competitions that Kaggle finds among all, entered or not: who does not find it there types more. */
  async search(search: string, signal: AbortSignal): Promise<readonly Competition[]> {
    const page = { group: 'COMPETITION_LIST_TAB_EVERYTHING', search };
    const { items } = await this.#page(page, 'the list of competitions', signal);
    return items.map((answer) => competitionOf(answer, '', this.connection.site));
  }

  /** The competition, with defaults for what Kaggle leaves out. (kaggle-api 1.1, 1.2) */
  async get(slug: string, signal: AbortSignal): Promise<Competition> {
    const { transport, site } = this.connection;
    const answer = await transport.call(
      {
        method: `${SERVICE}/GetCompetition`,
        body: { competitionName: slug },
        answer: competition,
        about: { thing: `the competition ${slug}`, url: site.competition(slug) },
      },
      signal,
    );
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
        about: { thing: `the leaderboard of ${slug}`, url: `${site.competition(slug)}/leaderboard` },
      },
      signal,
    );
    return submissions.map(({ score }) => score).filter((score) => score !== undefined);
  }

  /** The data files. */
  async listFiles(slug: string, signal: AbortSignal): Promise<readonly RemoteFile[]> {
    const { transport, site, logger } = this.connection;
    const files = await allPages(async (pageToken) => {
      const page = await transport.call(
        {
          method: `${SERVICE}/ListDataFiles`,
          body: { competitionName: slug, pageSize: PAGE_SIZE, pageToken },
          answer: dataFiles,
          about: aboutData(site, slug, `the data of the competition ${slug}`),
        },
        signal,
      );
      return { items: page.files, nextPageToken: page.nextPageToken };
    });
    return withSafeNames(
      files.map(({ name, totalBytes, creationDate: created }) => ({
        name,
        bytes: totalBytes,
        ...defined({ created }),
      })),
      logger,
    );
  }

  /**
   * Downloads one data file to `path`: written under a temporary name first, its listed size and md5 checked, resumed
   * when the connection breaks, unpacked when Kaggle sends it as a zip archive.
   */
  async downloadFile(
    slug: string,
    { name, bytes }: RemoteFile,
    path: string,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { transport, site } = this.connection;
    const body = { competitionName: slug, fileName: name };
    await download(
      this.connection,
      {
        request: () => transport.requestOf(`${SERVICE}/DownloadDataFile`, body, signal),
        fromKaggle: true,
        name,
        size: { exactly: bytes },
        path,
        about: aboutData(site, slug, `${name} of the competition ${slug}`),
        onBytes,
      },
      signal,
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

function competitionOf(answer: z.infer<typeof competition>, known: string, site: Site): Competition {
  const { ref, title, url, deadline, evaluationMetric, ...flags } = answer;
  // `ref` is a whole URL in some answers. (kaggle-api 1.1)
  const slug = lastSegments(ref, 1)?.[0] ?? known;
  return {
    ...flags,
    slug,
    title: title ?? slug,
    url: url ?? site.competition(slug),
    deadline,
    evaluationMetric,
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
    title: `You have not joined the competition ${slug}, or not accepted its rules.`,
    detail,
    actions: [{ title: `Accept the rules of ${slug}`, url: site.rules(slug) }],
  };
}
