import type {
  PostgresRestartOptions,
  RedisRestartOptions,
  ServiceHandle,
} from '@session-lab/services';

type Options = RedisRestartOptions & PostgresRestartOptions;

/** A store that several examples share, and what was done to it. */
export class StoreService {
  readonly title: string;
  readonly #handle: ServiceHandle<Options>;
  readonly #refill: () => Promise<void>;
  #state: 'running' | 'frozen' | 'killed' = 'running';

  /** @param refill makes what an empty one needs, for instance its tables. */
  constructor(
    title: string,
    handle: ServiceHandle<Options>,
    refill: () => Promise<void> = async () => undefined,
  ) {
    this.title = title;
    this.#handle = handle;
    this.#refill = refill;
  }

  get state() {
    return this.#state;
  }

  /** Why it cannot be touched; null: it can. */
  get refusal(): string | null {
    if (this.#handle.provider !== 'url') return null;
    return `This ${this.title} was there before: the lab ends no server that it did not start.`;
  }

  async freeze(): Promise<void> {
    await this.#handle.freeze();
    this.#state = 'frozen';
  }

  async thaw(): Promise<void> {
    await this.#handle.thaw();
    this.#state = 'running';
  }

  async kill(): Promise<void> {
    await this.#handle.kill();
    this.#state = 'killed';
  }

  /** As after a crash: SIGKILL first. */
  async restart(options: Options): Promise<void> {
    await this.#handle.kill();
    this.#state = 'killed';
    await this.#handle.restart(options);
    if (options.empty) await this.#refill();
    this.#state = 'running';
  }
}
