import assert from 'node:assert/strict';
import { CancelledError, isUserError, UserError } from '../../../src/base/errors.ts';
import { EngineStreamError, translateError } from '../../../src/docker/translate-error.ts';

const ATTEMPT = { failure: 'The Docker engine could not make tea.' };

function translate(error: unknown): UserError {
  const translated = translateError(error, 'unix:///x (default)', ATTEMPT);
  assert.ok(isUserError(translated), String(translated));
  return translated;
}

function answer(statusCode: number, message: string): Error {
  return Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${message} `), {
    statusCode,
    json: { message },
  });
}

function system(code: string): Error {
  return Object.assign(new Error(`connect ${code} /x`), { code });
}

describe('translateError', () => {
  it("gives the engine's own words with what was being done", () => {
    const error = translate(answer(500, 'no water'));
    assert.equal(error.code, 'engine-failed');
    assert.equal(error.title, 'The Docker engine could not make tea.');
    assert.equal(error.detail, 'It says (status 500): no water');
  });

  it("finds the engine's words in dockerode's sentence when there is no body", () => {
    const bare = Object.assign(new Error('(HTTP code 404) no such container - no - tea '), {
      statusCode: 404,
      json: null,
    });
    assert.equal(translate(bare).detail, 'It says (status 404): no - tea');
  });

  it('says what Podman lacks on its machine', () => {
    const init = 'crun: container-init binary not found on the host: stat /usr/libexec/podman/catatonit';
    assert.match(translate(answer(500, init)).actions[0].title, /^Install catatonit /);
    const limits = 'crun: setrlimit `RLIMIT_NOFILE`: Operation not permitted: OCI permission denied';
    assert.match(translate(answer(500, limits)).actions[0].title, /default_ulimits .* containers\.conf/);
  });

  it('lets the caller explain an answer first', () => {
    const own = new UserError({ code: 'image-missing', title: 't', actions: [{ title: 'a' }] });
    const explain = ({ status }: { status: number | undefined }): UserError | undefined =>
      status === 404 ? own : undefined;
    assert.equal(translateError(answer(404, 'x'), 'x', { ...ATTEMPT, explain }), own);
    const other = translateError(answer(500, 'x'), 'x', { ...ATTEMPT, explain });
    assert.ok(isUserError(other, 'engine-failed'));
  });

  // The texts are the engine's, as measured (docker-julia section 5).
  for (const error of [
    answer(500, 'Error processing tar file(exit status 1): write /root/z: no space left on device'),
    answer(500, 'mkdir /var/lib/docker/overlay2/abc-init: no space left on device'),
    new EngineStreamError('write /var/lib/docker/tmp/GetImageBlob1: no space left on device'),
  ]) {
    it(`knows a full disk: ${error.message.slice(0, 60)}`, () => {
      assert.equal(translate(error).code, 'disk-full');
    });
  }

  const refusals = {
    ENOENT: 'no socket',
    EACCES: 'permission denied',
    ECONNREFUSED: 'refused',
    ECONNRESET: 'cut',
  };
  for (const [code, words] of Object.entries(refusals)) {
    it(`tells ${code} as an engine that does not answer: ${words}`, () => {
      const error = translate(system(code));
      assert.equal(error.code, 'engine-unreachable');
      assert.ok(error.detail?.startsWith('unix:///x (default): ') === true);
      assert.ok(error.detail.includes(words));
    });
  }

  it('leaves alone what is translated, cancelled, or a bug', () => {
    const bug = new TypeError('x is not a function');
    for (const error of [translate(system('ENOENT')), new CancelledError(), bug]) {
      assert.equal(translateError(error, 'x', ATTEMPT), error);
    }
  });
});
