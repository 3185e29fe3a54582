import type { Engine, ImageInfo } from '../docker/engine.ts';

/**
 * A small image for the local Kaggle, in which a first try takes a minute and not an hour: Kaggle's own has some 20 GB.
 * It has what a run on Kaggle relies on (Python 3 with Jupyter, the usual commands, Kaggle's folders and environment)
 * and neither Kaggle's Python packages nor a GPU's. The number counts changes of what it holds.
 */
export const SMALL_IMAGE = 'julia-kaggle/small:1';

/** As told before it is made; some of it downloaded, the rest unpacked. */
export const SMALL_IMAGE_BYTES = 500e6;

const PACKAGES = [
  ...['ca-certificates', 'curl', 'wget', 'git', 'tar', 'gzip', 'bzip2', 'unzip', 'procps'],
  ...['python3', 'python3-ipykernel', 'python3-nbclient', 'python3-nbconvert', 'jupyter-nbconvert'],
];

/**
 * debian:bookworm-20260803-slim for every platform, by the digest in docker-library/repo-info
 * (repos/debian/remote/bookworm-slim.md). Not `name:tag@digest`: older Podmans refuse that. What is installed on top of it
 * is of the day, and signed by Debian.
 */
const BASE = 'debian@sha256:abd67ffcfa541b485a3dff59865ab629aa048a6c613e639d36e7456b0b229241';

/** Pure: `base` is Debian 12 or made from it. */
export function smallImageDockerfile(base = BASE): string {
  return `FROM ${base}
RUN dpkg --status ${PACKAGES.join(' ')} > /dev/null 2>&1 || { \\
      apt-get update \\
      && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${PACKAGES.join(' ')} \\
      && rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/*; }
RUN mkdir -p /kaggle/input /kaggle/working /kaggle/temp /kaggle/lib && ln -sf python3 /usr/bin/python
ENV HOME=/root LANG=C.UTF-8 KAGGLE_KERNEL_RUN_TYPE=Batch
WORKDIR /kaggle/working
CMD ["/bin/bash"]
`;
}

/** Proxies of this machine, which the engine takes for a build without remembering them in the image. */
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

/**
 * The small image: as the engine has it, or made now, which takes the network.
 * @throws UserError `engine-…`, `disk-full`; CancelledError.
 */
export async function ensureSmallImage(
  engine: Engine,
  environment: Readonly<Record<string, string | undefined>>,
  onLine: (line: string) => void,
): Promise<ImageInfo> {
  const there = await engine.image.find(SMALL_IMAGE);
  if (there !== undefined) return there;
  const proxies = PROXY_VARIABLES.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const recipe = {
    name: SMALL_IMAGE,
    dockerfile: smallImageDockerfile(),
    arguments: Object.fromEntries(proxies),
  };
  return engine.image.build(recipe, onLine);
}
