import { kaggleImageFor } from '../contract/image/kaggle-image.ts';
import { readConfig } from './config.ts';

/**
 * What the folder's JuliaKaggle.toml asks of an engine, without reading the project itself.
 * @throws UserError `config-invalid` (also when there is no such file), `toml-syntax`, `file-unreadable`.
 */
export async function readWishes(folder: string): Promise<{ image: string; accelerator: string }> {
  const { image, notebook } = await readConfig(folder);
  const { accelerator } = notebook;
  return { image: image.name ?? kaggleImageFor(accelerator), accelerator };
}
