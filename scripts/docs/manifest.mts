import packageJson from '../../package.json' with { type: 'json' };
import { STAGE_NAMES } from '../../src/core/stages.ts';

/** package.json with the enums that the code says. */
export function manifest(): typeof packageJson {
  const contributes = structuredClone(packageJson.contributes);
  for (const { properties } of contributes.taskDefinitions) properties.stage.enum = [...STAGE_NAMES];
  return { ...packageJson, contributes };
}
