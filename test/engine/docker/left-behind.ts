// A run in a process of its own, to be killed: node --import=tsx left-behind.ts CHECKOUT
import { labelsOf } from '../../../src/core/pipeline/leftovers.ts';
import { IMAGE, realEngine } from './real-engine.ts';

const engine = await realEngine(labelsOf(process.argv[2] ?? '', { root: '/a/project' }));
const spec = { image: IMAGE, command: ['sh', '-c', 'echo; sleep 1000'], network: 'none' } as const;
await engine.container.use(spec, (container) =>
  container.run({ onLine: () => void process.stdout.write('running\n') }),
);
