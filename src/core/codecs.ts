/** How a tarball can be compressed. */
export const CODECS = ['zstd', 'gzip'] as const;
export type Codec = (typeof CODECS)[number];

/** `[pack] codec` of JuliaKaggle.toml: `auto` takes zstd where the image can write and read it. */
export const WANTED_CODECS = ['auto', ...CODECS] as const;
export type WantedCodec = (typeof WANTED_CODECS)[number];
