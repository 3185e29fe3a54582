import type { VsCodeWindow } from '../support/window.ts';
import type { Camera } from './camera.ts';

/** A state of a window, and the way into it from the scene before. */
export interface Scene<World> {
  readonly group: string;
  readonly name: string;
  readonly about: string;
  readonly show: (window: VsCodeWindow, world: World) => Promise<unknown>;
}

/** Shows one scene after the other. One that cannot be shown is told, and makes the program fail at its end. */
export async function playAll<World>(
  scenes: readonly Scene<World>[],
  window: VsCodeWindow,
  world: World,
  camera: Camera,
): Promise<void> {
  for (const { show, ...shot } of scenes) {
    try {
      await show(window, world);
      await camera.take(window.page, shot);
    } catch (error) {
      process.exitCode = 1;
      console.error(`  ${shot.group}/${shot.name}: ${String(error)}`);
    }
  }
}
