import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'kaggle-requests');

const WORLDS = [
  'plain',
  'twoCompetitions',
  'open',
  'submitted',
  'dataset',
  'secondDataset',
  'publicDataset',
  'notebook',
  'fourthVersion',
  'failedNotebook',
  'runningNotebook',
  'otherUser',
  'signedIn',
] as const;
export type WorldName = (typeof WORLDS)[number];

const request = z.strictObject({
  id: z.number(),
  method: z.enum(['GET', 'POST', 'PUT']),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  credential: z.enum(['key', 'wrong key', 'token', 'dead token', 'access token']).optional(),
  body: z.record(z.string(), z.unknown()).optional(),
  bytes: z.number().optional(),
  content: z.string().optional(),
  status: z.union([z.number(), z.literal('cut')]),
  retryAfter: z.string().optional(),
  range: z.string().optional(),
});
export type RecordedRequest = z.infer<typeof request>;

const scene = z.strictObject({
  command: z.string(),
  variant: z.string().optional(),
  world: z.enum(WORLDS),
  faults: z.array(z.string()).optional(),
  requests: z.array(request),
});
export type Scene = z.infer<typeof scene>;

/** What the official client sent, command by command (test/fixtures/kaggle-requests/README.md). */
export const SCENES: readonly Scene[] = readFileSync(join(FOLDER, 'scenes.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => scene.parse(JSON.parse(line)));

const TYPES = ['string', 'string?', 'number', 'boolean', 'list', 'time', 'duration'] as const;
export type Shape = (typeof TYPES)[number] | readonly [Shape] | { readonly [field: string]: Shape };
const shape: z.ZodType<Shape> = z.lazy(() =>
  z.union([z.enum(TYPES), z.tuple([shape]), z.record(z.string(), shape)]),
);

/** The documented fields of answers, by method. */
export const ANSWERS: Readonly<Record<string, Shape>> = z
  .record(z.string(), shape)
  .parse(JSON.parse(readFileSync(join(FOLDER, 'answers.json'), 'utf8')));

/** What of the shape is missing in a value or has another type, as paths. */
export function missing(value: unknown, wanted: Shape, path = ''): string[] {
  if (typeof wanted === 'string') return isOfType(value, wanted) ? [] : [`${path}: ${wanted}`];
  if (isList(wanted)) {
    if (!Array.isArray(value) || value.length === 0) return [`${path}: a list with something in it`];
    return value.flatMap((item, index) => missing(item, wanted[0], `${path}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return [`${path}: an object`];
  const fields = new Map<string, unknown>(Object.entries(value));
  return Object.entries(wanted).flatMap(([name, inner]) =>
    missing(fields.get(name), inner, `${path}.${name}`),
  );
}

function isList(wanted: Shape): wanted is readonly [Shape] {
  return Array.isArray(wanted);
}

function isOfType(value: unknown, type: (typeof TYPES)[number]): boolean {
  switch (type) {
    case 'string?':
      return value === undefined || typeof value === 'string';
    case 'list':
      return Array.isArray(value);
    case 'time':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value);
    case 'duration':
      return typeof value === 'string' && /^\d+(\.\d+)?s$/.test(value);
    default:
      return typeof value === type;
  }
}
