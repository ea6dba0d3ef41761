import { findOrStartRedis, redisAvailability, type ServiceHandle } from '@session-lab/services';

/** The stores that the examples share, each found or started once. */
export class Stores {
  readonly #folder: string;
  readonly #say: (line: string) => void;
  readonly #redis = new Map<string, Promise<ServiceHandle>>();

  constructor(folder: string, say: (line: string) => void) {
    this.#folder = folder;
    this.#say = say;
  }

  /**
   * @param settings of one example: its REDIS_URL decides which Redis it gets.
   * @throws UnavailableError (exit code 69) with one sentence.
   */
  redis(settings: NodeJS.ProcessEnv): Promise<ServiceHandle> {
    const wanted = settings['REDIS_URL'] ?? '';
    const known = this.#redis.get(wanted);
    if (known) return known;
    const opening = this.#openRedis(settings);
    this.#redis.set(wanted, opening);
    return opening;
  }

  async #openRedis(env: NodeJS.ProcessEnv): Promise<ServiceHandle> {
    const found = await redisAvailability(env);
    if (found.runs === true) this.#say(`Starting Redis (${found.how}) …`);
    return findOrStartRedis({ folder: this.#folder, env, announce: this.#say });
  }

  /** Gives them back. Those that nobody else uses are stopped; what they hold stays on the disk. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#redis.values());
    await Promise.all(
      opened.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)),
    );
  }
}
