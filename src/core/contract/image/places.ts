import { ReadablePlaces } from '../../../base/readable-places.ts';
import type { Ports } from '../../stage.ts';

/** What may be read for the project in this folder: its own, and what the user agreed to on this machine. */
export async function placesOf(folder: string, { outside }: Pick<Ports, 'outside'>): Promise<ReadablePlaces> {
  return ReadablePlaces.around(folder, { agreed: await outside?.places.of(folder) });
}

/** Keeps that the user agreed to these real paths for the project in this folder. */
export async function agreeToPlaces(
  folder: string,
  places: readonly string[],
  { outside }: Pick<Ports, 'outside'>,
): Promise<void> {
  await outside?.places.agree(folder, places);
}
