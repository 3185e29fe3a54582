import type { World } from './world.ts';

/** Puts a file of random bytes into a depot: data that nothing of the Manifest speaks of, and that is packed all the same. */
export async function putIntoDepot(
  world: Pick<World, 'docker' | 'image'>,
  volume: string,
  { path, bytes }: { readonly path: string; readonly bytes: number },
): Promise<void> {
  const script = 'mkdir -p "$(dirname "$1")" && head -c "$2" /dev/urandom > "$1"';
  const place = ['--rm', '--volume', `${volume}:/depot`, '--workdir', '/depot', world.image];
  await world.docker('run', ...place, 'bash', '-c', script, 'bash', path, String(bytes));
}
