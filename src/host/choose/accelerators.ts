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
