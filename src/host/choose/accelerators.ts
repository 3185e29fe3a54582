import { l10n } from 'vscode';

export interface Accelerator {
  /** Kaggle's name of the machine shape; undefined: none, a CPU. */
  readonly shape: string | undefined;
  readonly label: string;
  readonly about: string;
}

/** Kaggle's machine shapes and what is known of them (kaggle-api 5.3). */
export function accelerators(): readonly Accelerator[] {
  const some = l10n.t('Only some competitions have it');
  return [
    { shape: undefined, label: l10n.t('None'), about: l10n.t('4 CPUs, 30 GiB of memory') },
    { shape: 'NvidiaTeslaT4', label: 'NVIDIA T4 × 2', about: l10n.t('The usual GPU: two with 16 GB each') },
    { shape: 'NvidiaTeslaT4Highmem', label: 'NVIDIA T4, high memory', about: some },
    { shape: 'NvidiaL4', label: 'NVIDIA L4 × 4', about: some },
    { shape: 'NvidiaL4X1', label: 'NVIDIA L4', about: some },
    { shape: 'NvidiaTeslaA100', label: 'NVIDIA A100', about: some },
    { shape: 'NvidiaH100', label: 'NVIDIA H100', about: some },
    { shape: 'NvidiaRtxPro6000', label: 'NVIDIA RTX PRO 6000', about: some },
    {
      shape: 'NvidiaTeslaP100',
      label: 'NVIDIA P100',
      about: l10n.t('Retired: Kaggle gives another in its place'),
    },
    { shape: 'TpuV5E8', label: 'TPU v5e-8', about: l10n.t('Of no use to most Julia packages') },
    { shape: 'TpuV6E8', label: 'TPU v6e-8', about: l10n.t('Of no use to most Julia packages') },
  ];
}
