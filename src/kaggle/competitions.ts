import type { UserErrorInit } from '../base/errors.ts';
import type * as z from 'zod/mini';
import type { Competition, CompetitionPage, KaggleClient, RemoteFile } from './client.ts';
import type { Connection } from './connection.ts';
import { download } from './download.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
import { withSafeNames } from './remote-name.ts';
import { competition, competitionPages, competitions, dataFiles, leaderboard } from './schemas.ts';
import { lastSegments, type Site } from './site.ts';
import type { About } from './translate-error.ts';

const SERVICE = 'competitions.CompetitionApiService';

/** More than the official client's 20; what a server takes at most is not known. (kaggle-api 1.1) */
const LIST_PAGE_SIZE = 100;

/** Competitions and their data. (kaggle-api 1.1 to 1.4) */
export function competitionCalls(
  connection: Connection,
): Pick<
  KaggleClient,
  | 'listCompetitions'
  | 'searchCompetitions'
  | 'getCompetition'
  | 'listCompetitionPages'
  | 'listLeaderboardScores'
  | 'listCompetitionFiles'
  | 'downloadCompetitionFile'
> {
  return {
    listCompetitions: (search, signal) => listEntered(connection, search, signal),
    searchCompetitions: (search, signal) => searchAll(connection, search, signal),
    listCompetitionPages: (slug, signal) => listPages(connection, slug, signal),
    getCompetition: (slug, signal) => getCompetition(connection, slug, signal),
    listLeaderboardScores: (slug, signal) => listScores(connection, slug, signal),
    listCompetitionFiles: (slug, signal) => listFiles(connection, slug, signal),
    downloadCompetitionFile: (slug, { name, bytes }, path, onBytes, signal) =>
      download(
        connection,
        {
          request: () =>
            connection.transport.requestOf(
              `${SERVICE}/DownloadDataFile`,
              { competitionName: slug, fileName: name },
              signal,
            ),
          fromKaggle: true,
          name,
          size: { exactly: bytes },
          path,
          about: aboutData(connection.site, slug, `${name} of the competition ${slug}`),
          onBytes,
        },
        signal,
      ),
  };
}

/** The competition, with defaults for what Kaggle leaves out. (kaggle-api 1.1, 1.2) */
export async function getCompetition(
  { transport, site }: Connection,
  slug: string,
  signal: AbortSignal,
): Promise<Competition> {
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

function competitionOf(answer: z.infer<typeof competition>, known: string, site: Site): Competition {
  // `ref` is a whole URL in some answers. (kaggle-api 1.1)
  const slug = lastSegments(answer.ref, 1)?.[0] ?? known;
  return {
    slug,
    title: answer.title === '' ? slug : answer.title,
    url: answer.url === '' ? site.competition(slug) : answer.url,
    deadline: answer.deadline === '' ? undefined : answer.deadline,
    userHasEntered: answer.userHasEntered,
    isKernelsSubmissionsOnly: answer.isKernelsSubmissionsOnly,
    submissionsDisabled: answer.submissionsDisabled,
    evaluationMetric: answer.evaluationMetric === '' ? undefined : answer.evaluationMetric,
  };
}

async function listEntered(
  { transport, site }: Connection,
  search: string,
  signal: AbortSignal,
): Promise<readonly Competition[]> {
  const found = await allPages(async (pageToken) => {
    const page = await transport.call(
      {
        method: `${SERVICE}/ListCompetitions`,
        body: {
          group: 'COMPETITION_LIST_TAB_ENTERED',
          search: search === '' ? undefined : search,
          pageSize: LIST_PAGE_SIZE,
          pageToken,
        },
        answer: competitions,
        about: { thing: 'the list of your competitions', url: `${site.url}/competitions` },
      },
      signal,
    );
    return { items: page.competitions, nextPageToken: page.nextPageToken };
  });
  return found.map((answer) => competitionOf(answer, '', site));
}

/** One page: who does not find it there types more. */
async function searchAll(
  { transport, site }: Connection,
  search: string,
  signal: AbortSignal,
): Promise<readonly Competition[]> {
  const page = await transport.call(
    {
      method: `${SERVICE}/ListCompetitions`,
      body: {
        group: 'COMPETITION_LIST_TAB_EVERYTHING',
        search: search === '' ? undefined : search,
        pageSize: LIST_PAGE_SIZE,
      },
      answer: competitions,
      about: { thing: 'the list of competitions', url: `${site.url}/competitions` },
    },
    signal,
  );
  return page.competitions.map((answer) => competitionOf(answer, '', site));
}

async function listPages(
  { transport, site }: Connection,
  slug: string,
  signal: AbortSignal,
): Promise<readonly CompetitionPage[]> {
  const { pages } = await transport.call(
    {
      method: `${SERVICE}/ListCompetitionPages`,
      body: { competitionName: slug },
      answer: competitionPages,
      about: { thing: `the pages of the competition ${slug}`, url: site.competition(slug) },
    },
    signal,
  );
  return pages;
}

/** One page of the leaderboard, in its order. (kaggle-api 1.8) */
async function listScores(
  { transport, site }: Connection,
  slug: string,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const { submissions } = await transport.call(
    {
      method: `${SERVICE}/GetLeaderboard`,
      body: { competitionName: slug, pageSize: PAGE_SIZE },
      answer: leaderboard,
      about: { thing: `the leaderboard of ${slug}`, url: `${site.competition(slug)}/leaderboard` },
    },
    signal,
  );
  return submissions.flatMap(({ score }) => {
    const value = score === undefined || score === null || score === '' ? NaN : Number(score);
    return Number.isFinite(value) ? [value] : [];
  });
}

async function listFiles(
  { transport, site, logger }: Connection,
  slug: string,
  signal: AbortSignal,
): Promise<readonly RemoteFile[]> {
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
    files.map(({ name, totalBytes }) => ({ name, bytes: totalBytes })),
    logger,
  );
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
