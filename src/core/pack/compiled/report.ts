import { formatBytes, formatDuration } from '../../../base/format.ts';
import type { BundlePart, Compiled, Project } from '../../artefacts.ts';

/** Pure: `reports/compiled.md`: what was compiled, and each artifact with its size and why it is in or out. */
export function compiledReport(project: Project, compiled: Compiled, part: BundlePart): string {
  const what = compiled.mode === 'app' ? 'app' : 'system image';
  const packed = part.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = compiled.artifacts.map(
    ({ name, bytes, kept, why }) => `| ${name} | ${formatBytes(bytes)} | ${kept ? 'in' : 'out'} | ${why} |`,
  );
  return [
    `# The compiled ${what} of ${project.name}`,
    '',
    `Made by PackageCompiler ${compiled.version} in ${formatDuration(compiled.seconds * 1000)}: ${formatBytes(compiled.bytes)}, packed ${formatBytes(packed)}.`,
    '',
    '## Artifacts',
    '',
    ...(rows.length > 0
      ? [
          '`[pack] exclude` and `keep` in JuliaKaggle.toml change this by name; the rehearsal shows whether it runs.',
          '',
          '| name | size | in or out | why |',
          '| --- | --- | --- | --- |',
          ...rows,
        ]
      : [compiled.mode === 'app' ? 'None.' : 'They travel with the depot: `reports/depot.md` has them.']),
    '',
  ].join('\n');
}
