export const RUNTIME = '76a88914-d11a-5bdc-97e0-2f5a05c973a2';
export const COMPILER = 'd1e2174e-dfdc-576e-b43e-73b79eb1aca8';

/** A Project.toml that depends on CUDA. */
export const PROJECT = `name = "Tides" # ours
uuid = "2918fdbb-caf1-47d7-90f1-f13361a6aa27"

[deps]
CUDA = "052768ef-5323-5732-b1bb-66c8b64840ba"
`;
/** Its Manifest, with CUDA's runtime of that version and, from CUDA.jl 6.3 on, its compiler. */
export const manifest = (version = '0.16.1+0', compiler = false): string => `julia_version = "1.10.5"
manifest_format = "2.0"

[[deps.CUDA]]
git-tree-sha1 = "6c834533dc1fabd820c1db03c839bf97e45a3fab"
uuid = "052768ef-5323-5732-b1bb-66c8b64840ba"
version = "5.7.0"

[[deps.CUDA_Runtime_jll]]
uuid = "${RUNTIME}"
version = "${version}"
${compiler ? `\n[[deps.CUDA_Compiler_jll]]\nuuid = "${COMPILER}"\nversion = "0.5.0+0"\n` : ''}`;
