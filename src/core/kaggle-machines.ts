/** Kaggle's notebook machine without an accelerator and with T4 x2 (kaggle-api 5.2). */
export const KAGGLE_CPUS = 4;
export const KAGGLE_MEMORY_BYTES = 30 * 1024 ** 3;

/** After so long Kaggle stops a run; many competitions set a lower limit, which `time_limit_minutes` tells. */
export const KAGGLE_MINUTES = 12 * 60;

export interface Accelerator {
  /** Kaggle's name of the machine shape. */
  readonly shape: string;
  readonly label: string;
}

/** What every code competition with a GPU gives. */
export const USUAL_GPU = 'NvidiaTeslaT4';

/** Kaggle's machine shapes that JuliaKaggle.toml takes, the usual one first (kaggle-api 5.3). */
export const ACCELERATORS: readonly Accelerator[] = [
  { shape: USUAL_GPU, label: 'NVIDIA T4 × 2' },
  { shape: 'NvidiaTeslaT4Highmem', label: 'NVIDIA T4, high memory' },
  { shape: 'NvidiaL4', label: 'NVIDIA L4 × 4' },
  { shape: 'NvidiaL4X1', label: 'NVIDIA L4' },
  { shape: 'NvidiaTeslaA100', label: 'NVIDIA A100' },
  { shape: 'NvidiaH100', label: 'NVIDIA H100' },
  { shape: 'NvidiaRtxPro6000', label: 'NVIDIA RTX PRO 6000' },
];

/** Shapes that Kaggle has retired. */
export const RETIRED_ACCELERATORS = ['NvidiaTeslaP100'];
