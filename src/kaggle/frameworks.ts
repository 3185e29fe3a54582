/** Kaggle's frameworks of models, by their names in the API without the prefix. (kaggle-api 3) */
const FRAMEWORKS = [
  'TENSOR_FLOW_1',
  'TENSOR_FLOW_2',
  'TF_LITE',
  'TF_JS',
  'PY_TORCH',
  'JAX',
  'FLAX',
  'PAX',
  'GEMMA_CPP',
  'GGUF',
  'ONNX',
  'KERAS',
  'TRANSFORMERS',
  'SCIKIT_LEARN',
  'TENSOR_RT_LLM',
  'OTHER',
] as const;

export type Framework = (typeof FRAMEWORKS)[number];

/** Pure: the framework of a name as the API or the site writes it: `MODEL_FRAMEWORK_PY_TORCH`, `pyTorch`. */
export function frameworkOf(text: string): Framework | undefined {
  const wanted = frameworkIn(text);
  return FRAMEWORKS.find((name) => frameworkIn(name) === wanted);
}

/** Pure: as it is in paths and sources of a notebook: `pytorch`. */
export function frameworkIn(text: string): string {
  return text
    .replace(/^MODEL_FRAMEWORK_/, '')
    .replaceAll('_', '')
    .toLowerCase();
}
