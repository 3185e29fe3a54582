import assert from 'node:assert/strict';
import {
  buildEnvironment,
  JULIA_ENVIRONMENT,
  onlineEnvironment,
} from '../../../src/core/contract/depot/julia-environment.ts';

const MACHINE = {
  PATH: '/usr/bin',
  HOME: '/home/ada',
  KAGGLE_KEY: 'secret',
  KAGGLE_API_TOKEN: 'secret',
  GITHUB_TOKEN: 'secret',
  SSH_AUTH_SOCK: '/run/agent',
  JULIA_DEPOT_PATH: '/home/ada/.julia',
  JULIA_PKG_SERVER: 'https://pkg.example.org',
  https_proxy: 'http://proxy:3128',
  JULIA_PKG_USE_CLI_GIT: 'true',
  JULIA_PKG_SERVER_REGISTRY_PREFERENCE: 'eager',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'http.https://git.example.org/.extraHeader',
  GIT_CONFIG_VALUE_0: 'Authorization: Bearer secret',
  GIT_CONFIG_GLOBAL: '/home/ada/.gitconfig',
  MY_GIT_CONFIG_KEY_0: 'x',
  GIT_CONFIG_KEY_0_OLD: 'x',
  GIT_CONFIG_VALUE_123: 'y',
};

describe('variables of this machine', () => {
  const ours = Object.keys(onlineEnvironment({}));
  const passed = (environment: object): string[] =>
    Object.keys(environment).filter((name) => !ours.includes(name));

  it('reach the test only where they say how to get to the network', () => {
    assert.deepEqual(passed(onlineEnvironment(MACHINE)).sort(), ['JULIA_PKG_SERVER', 'https_proxy']);
    assert.doesNotMatch(JSON.stringify(onlineEnvironment(MACHINE)), /secret|ada/);
  });

  it('reach the build also where they say how to get private packages, and no others', () => {
    assert.deepEqual(passed(buildEnvironment(MACHINE)).sort(), [
      'GIT_CONFIG_COUNT',
      'GIT_CONFIG_KEY_0',
      'GIT_CONFIG_VALUE_0',
      'GIT_CONFIG_VALUE_123',
      'JULIA_PKG_SERVER',
      'JULIA_PKG_SERVER_REGISTRY_PREFERENCE',
      'JULIA_PKG_USE_CLI_GIT',
      'https_proxy',
    ]);
    assert.equal(buildEnvironment(MACHINE)['JULIA_DEPOT_PATH'], '/root/.julia:');
    assert.doesNotMatch(JSON.stringify(buildEnvironment(MACHINE)), /KAGGLE|GITHUB/);
  });

  it('come beside what Julia itself needs', () => {
    assert.deepEqual(onlineEnvironment({}), {
      ...JULIA_ENVIRONMENT,
      JULIA_CPU_TARGET: 'generic;sandybridge,-xsaveopt,clone_all;haswell,-rdrnd,base(1)',
      DATADEPS_ALWAYS_ACCEPT: 'true',
    });
    assert.deepEqual(JULIA_ENVIRONMENT, {
      HOME: '/root',
      JULIA_DEPOT_PATH: '/root/.julia:',
      JULIA_LOAD_PATH: '@:@stdlib',
      JULIA_PKG_PRECOMPILE_AUTO: '0',
      LD_LIBRARY_PATH: '/usr/local/nvidia/lib64',
      LD_PRELOAD: '',
    });
  });
});
