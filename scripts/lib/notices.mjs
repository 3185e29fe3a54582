// What the bundles hold of others, with their licences: read from what esbuild says it put into them, so that a package is
// named if and only if something of it is shipped.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Licences under which we may ship a package with its notice, by their SPDX names. */
const PERMITTED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Unlicense',
]);

/** Folders of the packages of which these builds hold at least one byte, sorted. `metafiles`: esbuild's. */
export function bundledPackages(metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles)
    for (const { inputs } of Object.values(outputs))
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const folder = /^([^:]*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
        if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
      }
  return [...folders].sort();
}

/**
 * The text of the notices file: each package with its version, licence and the licence's words.
 * @throws Error naming the package whose licence is none of PERMITTED.
 */
export async function noticesText(folders) {
  const packages = new Map();
  for (const folder of folders) {
    const notice = await readNotice(folder);
    packages.set(`${notice.name} ${notice.version}`, notice);
  }
  const sections = [...packages]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, notice]) => section(notice));
  const head = `Julia on Kaggle holds parts of the following ${packages.size} packages, under their own licences.\n`;
  return [head, ...sections].join(`\n${'-'.repeat(80)}\n\n`);
}

async function readNotice(folder) {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { name, version, author, repository } = manifest;
  // `licenses` is how npm had it before SPDX names.
  const license = manifest.license ?? manifest.licenses?.[0]?.type;
  if (!PERMITTED.has(license))
    throw new Error(`${name} ${version} has the licence ${license}: may we ship it?`);
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return {
    name,
    version,
    license,
    author: typeof author === 'string' ? author : author?.name,
    source: typeof repository === 'string' ? repository : repository?.url,
    text: texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n'),
  };
}

function section({ name, version, license, author, source, text }) {
  const facts = [
    `${name} ${version}`,
    `Licence: ${license}`,
    author && `Author: ${author}`,
    source && `Source: ${source}`,
  ];
  return `${[...facts.filter(Boolean), '', text || 'The package names its licence and has no text of it.'].join('\n')}\n`;
}
