import { readdirSync, readFileSync } from 'node:fs';
import Docker from 'dockerode';

/** Everything that the engine tells of the containers with one of these labels, from now on. */
export class WatchedContainers {
  /** Descriptions by container, and the events with what was executed in them. */
  readonly told: string[] = [];
  /** Containers that were gone before they could be described. */
  readonly missed: string[] = [];
  #described = 0;
  readonly #engine = new Docker();
  readonly #pending: Promise<void>[] = [];
  readonly #isOurs: (attributes: Record<string, string>) => boolean;
  #stop: () => void = () => undefined;

  /** @param isOurs by the labels. */
  constructor(isOurs: (labels: Record<string, string>) => boolean) {
    this.#isOurs = isOurs;
  }

  get described(): number {
    return this.#described;
  }

  async start(): Promise<void> {
    const events = await this.#engine.getEvents({ filters: { type: ['container'] } });
    let rest = '';
    events.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') this.#take(line);
    });
    this.#stop = () => (events as unknown as { destroy: () => void }).destroy();
  }

  async stop(): Promise<void> {
    this.#stop();
    await Promise.all(this.#pending);
  }

  #take(line: string): void {
    const { Action, Actor } = JSON.parse(line) as {
      Action: string;
      Actor: { ID: string; Attributes: Record<string, string> };
    };
    if (!this.#isOurs(Actor.Attributes)) return;
    this.told.push(line);
    if (Action === 'create') this.#pending.push(this.#describe(Actor.ID));
  }

  async #describe(id: string): Promise<void> {
    try {
      this.told.push(JSON.stringify(await this.#engine.getContainer(id).inspect()));
      this.#described += 1;
    } catch {
      this.missed.push(id);
    }
  }
}

/** Arguments and environments of a process and all that it starts, looked at again and again. */
export class WatchedProcesses {
  readonly told = new Set<string>();
  readonly #root: number;
  readonly #timer: NodeJS.Timeout;
  readonly #known: Set<number>;

  constructor(root: number, everyMs = 50) {
    this.#root = root;
    this.#known = new Set([root]);
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    for (const id of processes) {
      const parent = Number(/\) \S (\d+)/.exec(textOf(`/proc/${id}/stat`))?.[1]);
      if (this.#known.has(parent)) this.#known.add(Number(id));
    }
    for (const id of [this.#root, ...this.#known]) {
      this.told.add(textOf(`/proc/${id}/cmdline`));
      this.told.add(textOf(`/proc/${id}/environ`));
    }
  }
}

/** Empty when it is gone. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
