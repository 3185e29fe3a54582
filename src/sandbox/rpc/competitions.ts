import * as z from 'zod/mini';
import { ApiError, notFound } from '../api-error.ts';
import type { Competition, DataFile } from '../competition.ts';
import { leaderboardOf } from '../leaderboard.ts';
import { pageOf } from '../paging.ts';
import type { Services } from '../services.ts';
import { int, method, type Methods, oneOf, page, Redirect, text } from './rpc.ts';

/** Competitions here are older than all that is done in them. */
const SINCE = '2000-01-01T00:00:00Z';

const listCompetitions = z.object({
  group: oneOf('COMPETITION_LIST_TAB_', [
    'GENERAL',
    'ENTERED',
    'COMMUNITY',
    'HOSTED',
    'UNLAUNCHED',
    'UNLAUNCHED_COMMUNITY',
    'EVERYTHING',
  ]),
  search: text(),
  page: int(),
  ...page(),
});
const ofCompetition = z.object({ competitionName: text() });

/** The part of `competitions.CompetitionApiService` about competitions and their data (kaggle-api 1.1 to 1.4, 1.8). */
export function competitionMethods({ competitions, storage, store }: Services): Methods {
  const find = (slug: string): Competition => findCompetition(competitions, slug);
  return {
    ListCompetitions: method(listCompetitions, (request, { origin }) => {
      const words = request.search.toLowerCase();
      const listed = [...competitions.values()].filter(
        ({ facts }) =>
          isInGroup(facts, request.group) && `${facts.slug} ${facts.title}`.toLowerCase().includes(words),
      );
      const { items, nextPageToken } = pageOf(listed, request);
      return { competitions: items.map((competition) => describe(competition, origin)), nextPageToken };
    }),

    GetCompetition: method(ofCompetition, ({ competitionName }, { origin }) =>
      describe(find(competitionName), origin),
    ),

    ListDataFiles: method(z.object({ ...ofCompetition.shape, ...page() }), async (request) => {
      const files = await find(request.competitionName).publicFiles();
      const { items, nextPageToken } = pageOf(files, request);
      return { files: items.map(describeFile), nextPageToken, childrenFetchTimeMs: 0 };
    }),

    DownloadDataFile: method(
      z.object({ ...ofCompetition.shape, fileName: text() }),
      async (request, { origin }) => {
        const competition = findEntered(competitions, request.competitionName);
        if ((await competition.publicPath(request.fileName)) === undefined)
          throw notFound('Data file not found');
        const slug = competition.facts.slug;
        return new Redirect(storage.signedUrl(origin, { kind: 'competition', slug, name: request.fileName }));
      },
    ),

    DownloadDataFiles: method(ofCompetition, ({ competitionName }, { origin }) => {
      const { slug } = findEntered(competitions, competitionName).facts;
      const source = { of: 'competition', id: slug, version: 0 };
      return new Redirect(storage.signedUrl(origin, { kind: 'zip', source, name: `${slug}.zip` }));
    }),

    GetLeaderboard: method(z.object({ ...ofCompetition.shape, ...page() }), (request) => {
      const { facts } = find(request.competitionName);
      const { items, nextPageToken } = pageOf(leaderboardOf(store.submissions.values(), facts), request);
      return { submissions: items, nextPageToken };
    }),
  };
}

/** @throws ApiError 404 */
export function findCompetition(competitions: Services['competitions'], slug: string): Competition {
  const competition = competitions.get(slug);
  if (competition === undefined) throw notFound('Competition not found');
  return competition;
}

/** @throws ApiError 404; 403 when the rules are not accepted (kaggle-api 1.4) */
function findEntered(competitions: Services['competitions'], slug: string): Competition {
  const competition = findCompetition(competitions, slug);
  if (competition.facts.userHasEntered) return competition;
  throw new ApiError(403, 'You must accept the competition rules before downloading its data');
}

function isInGroup(facts: Competition['facts'], group: z.output<typeof listCompetitions>['group']): boolean {
  if (group === 'ENTERED') return facts.userHasEntered;
  return group === 'GENERAL' || group === 'EVERYTHING';
}

function describe({ id, facts }: Competition, origin: string): object {
  const url = `${origin}/competitions/${facts.slug}`;
  return {
    id,
    // A full URL, not the slug (kaggle-api 1.1).
    ref: url,
    title: facts.title,
    url,
    description: facts.description,
    organizationName: '',
    organizationRef: '',
    category: 'Getting Started',
    reward: 'Knowledge',
    tags: [],
    deadline: facts.deadline,
    kernelCount: 0,
    teamCount: facts.userHasEntered ? 1 : 0,
    userHasEntered: facts.userHasEntered,
    userRank: 0,
    mergerDeadline: facts.deadline,
    newEntrantDeadline: facts.deadline,
    enabledDate: SINCE,
    maxDailySubmissions: facts.maxDailySubmissions,
    maxTeamSize: 5,
    evaluationMetric: facts.metric,
    awardsPoints: false,
    isKernelsSubmissionsOnly: facts.isKernelsSubmissionsOnly,
    submissionsDisabled: false,
    thumbnailImageUrl: '',
    hostName: '',
    dateCreated: SINCE,
  };
}

function describeFile({ name, bytes, modified }: DataFile): object {
  return {
    ref: name,
    name,
    description: '',
    totalBytes: bytes,
    url: '',
    creationDate: modified.toISOString(),
  };
}
