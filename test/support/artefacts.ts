import type { Bundle, Depot, Project, TestReport } from '../../src/core/artefacts.ts';

/** A small project as the project stage would give it; override what a test is about. */
export function aProject(overrides: Partial<Project> = {}): Project {
  return {
    fingerprint: 'project-1',
    root: '/home/ada/Inference',
    name: 'Inference',
    uuid: '5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11',
    version: '0.1.0',
    competition: 'harbour-tides',
    route: 'notebook',
    juliaVersion: '1.10.5',
    place: 'Inference',
    packages: [
      { name: 'Inference', uuid: '5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11', place: 'Inference' },
      { name: 'TideFeatures', uuid: '0b6f4b0a-3d0c-4c39-8f0b-8a3f5a1d2e22', place: 'TideFeatures' },
    ],
    files: [],
    localCaches: ['Inference', 'TideFeatures'],
    models: [{ name: 'model.csv', source: '/home/ada/models/model.csv', bytes: 20, sha256: 'm'.repeat(64) }],
    run: { form: 'entry', target: 'Inference.main', args: ['--input', '{competition}'], threads: 'auto' },
    image: 'gcr.io/kaggle-images/python',
    datasets: {
      julia: 'jok-julia',
      dotjulia: 'tides-dotjulia',
      'dotjulia-delta': 'tides-dotjulia-delta',
      inferenceapp: 'tides-app',
      models: 'tides-models',
      app: 'tides-compiled-app',
      sysimage: 'tides-sysimage',
    },
    notebook: { title: 'harbour-tides inference julia', accelerator: 'none' },
    output: { file: 'submission.csv' },
    packExclude: [],
    packKeep: [],
    environmentFingerprint: 'environment-1',
    sourcesFingerprint: 'sources-1',
    ...overrides,
  };
}

export function aDepot(overrides: Partial<Depot> = {}): Depot {
  return {
    fingerprint: 'depot-1',
    volume: 'depot-volume',
    juliaVolume: 'julia-volume',
    julia: { version: '1.10.5', file: '/cache/julia.tar.gz', bytes: 100, sha256: 'j'.repeat(64) },
    image: { name: 'gcr.io/kaggle-images/python', id: 'sha256:image' },
    environmentFingerprint: 'environment-1',
    inventory: [{ kind: 'artifact', name: 'artifacts/abc', bytes: 10 }],
    bytes: 10,
    ...overrides,
  };
}

export function aTestReport(overrides: Partial<TestReport> = {}): TestReport {
  return {
    fingerprint: 'test-1',
    dataFolder: '/data',
    dataFiles: [],
    seconds: 1,
    peakMemoryBytes: 1,
    rows: 1,
    submissionSha256: 's',
    downloads: [],
    depotContent: ['artifacts/abc'],
    ...overrides,
  };
}

export function aBundle(overrides: Partial<Bundle> = {}): Bundle {
  const part = (kind: 'julia' | 'dotjulia' | 'inferenceapp', bytes: number) => ({
    kind,
    fingerprint: `${kind}-1`,
    files: [{ name: kind, path: `/bundle/${kind}`, bytes, sha256: kind.padEnd(64, '0') }],
  });
  return {
    fingerprint: 'bundle-1',
    bundleId: 'b'.repeat(16),
    parts: [
      part('julia', 100),
      part('dotjulia', 50),
      part('inferenceapp', 5),
      {
        kind: 'models',
        fingerprint: 'models-1',
        files: [{ name: 'model.csv', path: '/home/ada/models/model.csv', bytes: 20, sha256: 'm'.repeat(64) }],
      },
    ],
    ...overrides,
  };
}
