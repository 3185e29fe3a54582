/** What the server takes instead of a machine that is retired, without a word (kaggle-api 5.3). */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  NvidiaTeslaP100: 'NvidiaTeslaT4',
  TpuV38: 'TpuV5E8',
  Tpu1VmV38: 'TpuV5E8',
  TpuV232: 'TpuV5E8',
  TpuV2256: 'TpuV5E8',
};

export interface Machine {
  /** Empty: a CPU. */
  readonly machineShape: string;
  readonly enableGpu: boolean;
  readonly enableTpu: boolean;
}

/** The machine that is given for what was asked; a shape says more than the older flags. */
export function machineOf(shape: string, enableGpu: boolean, enableTpu: boolean): Machine {
  const asked = shape !== '' ? shape : enableTpu ? 'TpuV5E8' : enableGpu ? 'NvidiaTeslaT4' : '';
  const machineShape = SUBSTITUTES[asked] ?? asked;
  return {
    machineShape,
    enableGpu: machineShape.startsWith('Nvidia'),
    enableTpu: machineShape.startsWith('Tpu'),
  };
}
