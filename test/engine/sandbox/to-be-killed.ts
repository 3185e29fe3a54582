// A sandbox in a process of its own: node --import=tsx to-be-killed.ts FOLDER COMPETITION
// Prints its address and credentials as a line of JSON, and runs until it is killed.
import { systemClock } from '../../../src/base/abort.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { startSandbox } from '../../../src/sandbox/start.ts';
import { IMAGE, realEngine } from './real-engine.ts';

const [folder = '', competition = ''] = process.argv.slice(2);
const { url, credentials } = await startSandbox({
  folder,
  engine: realEngine,
  image: IMAGE,
  competitions: [competition],
  clock: systemClock,
  readyDelayMs: 0,
  layout: 'namespaced',
  logger: silentLogger,
});
process.stdout.write(`${JSON.stringify({ url, credentials })}\n`);
