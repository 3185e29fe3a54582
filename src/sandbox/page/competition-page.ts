import { formatDuration } from '../../base/format.ts';
import type { Competition } from '../competition.ts';
import { leaderboardOf } from '../leaderboard.ts';
import type { Services } from '../services.ts';
import { html, type Part } from './html.ts';
import type { Page } from './layout.ts';
import { isOnItsWay } from './overview.ts';
import { competitionPath, facts, link, size, table, time, totalSize } from './parts.ts';
import { submissionColumns, submissionRow } from './submission-rows.ts';

type View = (services: Services, competition: Competition) => Page | Promise<Page>;

/** The pages of a competition by the last part of their address. */
export const COMPETITION_PAGES: Readonly<Record<string, View>> = {
  '': overview,
  overview,
  data,
  rules,
  submissions,
  leaderboard,
};

const TABS = [
  ['Overview', ''],
  ['Data', '/data'],
  ['Rules', '/rules'],
  ['Submissions', '/submissions'],
  ['Leaderboard', '/leaderboard'],
] as const;
type Tab = (typeof TABS)[number][0];

function page(competition: Competition, current: Tab, body: Part, isLive = false): Page {
  const { slug, title: name } = competition.facts;
  const tabs = TABS.map(([label, last]) =>
    label === current
      ? html`<a href="${competitionPath(slug, last)}" aria-current="page">${label}</a> `
      : html`<a href="${competitionPath(slug, last)}">${label}</a> `,
  );
  return {
    title: current === 'Overview' ? name : current,
    trail: [link('/#competitions', 'Competitions'), ` / ${name}`],
    isLive,
    body: html`<nav class="tabs" aria-label="Pages of the competition">${tabs}</nav>
      ${body}`,
  };
}

async function overview(_services: Services, competition: Competition): Promise<Page> {
  const it = competition.facts;
  const pages = (await competition.pages()).filter(({ name }) => name !== 'rules');
  const body = html`${facts([
    ['Takes', it.isKernelsSubmissionsOnly ? 'notebooks only, run without internet' : 'notebooks and files'],
    ['Measured by', `${it.metric} of ${it.targetColumn}`],
    ['Deadline', time(it.deadline)],
    ['Late submissions', it.takesLateSubmissions ? 'scored, not ranked' : 'refused'],
    ['Submissions a day', it.maxDailySubmissions],
    ['Longest rerun', formatDuration(it.timeLimitMinutes * 60_000)],
    ['You', it.userHasEntered ? 'have joined' : 'have not joined'],
  ])}
  ${pages.map(
    ({ name, content }) =>
      html`<h2>${capitalized(name)}</h2>
        <pre class="text">${content}</pre>`,
  )}`;
  return page(competition, 'Overview', body);
}

async function data(_services: Services, competition: Competition): Promise<Page> {
  const files = await competition.publicFiles();
  const body = html`<p>
      ${files.length} public files, ${totalSize(files)}. The hidden ones that a scoring rerun sees stay here.
    </p>
    ${table({
      caption: 'Public files',
      columns: ['File', '#Size', 'Changed'],
      rows: files.map(({ name, bytes, modified }) => [name, size(bytes), time(modified.toISOString())]),
      empty: 'It has none.',
    })}`;
  return page(competition, 'Data', body);
}

async function rules(_services: Services, competition: Competition): Promise<Page> {
  const written = (await competition.pages()).find(({ name }) => name === 'rules');
  const body = html`<p>
      ${
        competition.facts.userHasEntered
          ? 'You have accepted the rules of this competition.'
          : html`You have not accepted the rules of this competition. Here that is a line in its
              <code>competition.json</code>: <code>"userHasEntered": true</code>.`
      }
    </p>
    ${written !== undefined && html`<pre class="text">${written.content}</pre>`}`;
  return page(competition, 'Rules', body);
}

function submissions(services: Services, competition: Competition): Page {
  const { slug, maxDailySubmissions } = competition.facts;
  const all = services.store.submissions
    .values()
    .filter((submission) => submission.competition === slug)
    .sort((a, b) => b.ref - a.ref);
  const today = new Date(services.clock.now()).toISOString().slice(0, 10);
  const made = all.filter(({ createdAt }) => createdAt.startsWith(today)).length;
  const body = html`<p>${made} of ${maxDailySubmissions} submissions made today (UTC).</p>
    ${table({
      caption: 'Submissions',
      columns: submissionColumns(false),
      rows: all.map((submission) => submissionRow(services, submission, false)),
      empty: 'None yet.',
    })}`;
  return page(
    competition,
    'Submissions',
    body,
    all.some(({ status }) => isOnItsWay(status)),
  );
}

function leaderboard({ store }: Services, competition: Competition): Page {
  const rows = leaderboardOf(store.submissions.values(), competition.facts);
  const body = table({
    caption: 'Leaderboard',
    columns: ['#Rank', 'Team', '#Score', 'Submitted'],
    rows: rows.map(({ teamId, teamName, score, submissionDate }) => [
      teamId,
      teamName,
      score,
      time(submissionDate),
    ]),
    empty: 'Nothing is scored yet.',
  });
  return page(competition, 'Leaderboard', body);
}

function capitalized(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
