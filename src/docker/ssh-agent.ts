import * as l10n from '@vscode/l10n';
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';
import { LineSplitter } from '../base/lines.ts';
import { type Program, talkTo } from '../base/programs.ts';

type Child = ReturnType<typeof talkTo>;

/**
 * What `ssh` is given to connect to an engine, as the `docker` command itself does it: `docker system dial-stdio` on the
 * other machine passes bytes to and from its engine.
 */
function sshArguments(url: URL): string[] {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = url.pathname === '' || url.pathname === '/' ? [] : ['--host', `unix://${url.pathname}`];
  return [
    // Nobody sits at this connection: a question for a password would wait forever.
    ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30', '-o', 'ServerAliveInterval=30', '-T'],
    ...(url.username === '' ? [] : ['-l', decodeURIComponent(url.username)]),
    ...(url.port === '' ? [] : ['-p', url.port]),
    ...['--', host, 'docker', ...socket, 'system', 'dial-stdio'],
  ];
}

/**
 * Connections to an engine through the `ssh` program, one for each request. dockerode could speak SSH itself, but it
 * takes any host key and knows nothing of the person's ~/.ssh/config; the program does as the person is used to.
 */
export class SshAgent extends Agent {
  readonly #url: URL;
  readonly #ssh: Program;

  constructor(url: URL, ssh: Program) {
    super();
    this.#url = url;
    this.#ssh = ssh;
  }

  override createConnection(): Duplex {
    return new ProcessStream(talkTo(this.#ssh, sshArguments(this.#url)));
  }
}

/** `ssh` could not be started, or ended before the engine did; the message is what it said. */
class SshError extends Error {
  override readonly name = 'SshError';
  readonly code = 'ESSH';
}

/** A process as a socket: its stdin and stdout are the two directions. */
class ProcessStream extends Duplex {
  #lastComplaint = '';

  constructor(private readonly child: Child) {
    super();
    const complaints = new LineSplitter((line) => (this.#lastComplaint = line || this.#lastComplaint));
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk)).on('end', () => complaints.end());
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    // Writing to a process that has ended: its end says why.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.destroy(new SshError(`ssh: ${error.message}`)));
    child.on('close', (code) => this.#close(code));
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.child.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.child.kill();
    done(error);
  }

  // What node:http calls on a socket and a process has no use for.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }

  #close(code: number | null): void {
    if (code === 0 || this.destroyed) this.push(null);
    else
      this.destroy(
        new SshError(`ssh: ${this.#lastComplaint || l10n.t('it ended with exit code {0}', code ?? 'none')}`),
      );
  }
}
