import { type ServiceHandle, serviceHandle } from '../handle.ts';
import { UnavailableError } from '../unavailable.ts';
import { whyNotAnswering } from './ping.ts';

const answerLimitMs = 2_000;

/**
 * A Redis that somebody else runs. It can be used, but not stopped, killed, frozen or restarted:
 * those reject, because the lab ends no server that it did not start.
 * @throws UnavailableError when it does not answer within 2 s
 */
export async function redisByUrl(text: string): Promise<ServiceHandle> {
  const problem = await urlProblem(text);
  if (problem) throw new UnavailableError(problem);
  const refuse = async () => {
    throw new UnavailableError(
      'This Redis comes from REDIS_URL, and the lab ends no server that it did not start: ' +
        'unset REDIS_URL for a Redis that can be stopped and frozen.',
    );
  };
  const handle = serviceHandle({
    name: 'redis',
    url: text,
    provider: 'url',
    server: () => undefined,
    restart: refuse,
    release: async () => undefined,
  });
  return { ...handle, stop: refuse, kill: refuse, freeze: refuse, thaw: refuse };
}

/** One sentence, or `undefined` when it answers. It names host and port, never a password. */
export async function urlProblem(text: string): Promise<string | undefined> {
  const url = parse(text);
  if (!url) return 'REDIS_URL is not a redis:// or rediss:// URL: correct it or unset it.';
  const why = await whyNotAnswering(url, answerLimitMs);
  if (!why) return undefined;
  return (
    `The server of REDIS_URL (${url.host}) ${why}: start it, correct REDIS_URL, ` +
    'or unset it to let the lab find a Redis.'
  );
}

function parse(text: string): URL | undefined {
  try {
    const url = new URL(text);
    decodeURIComponent(url.username + url.password);
    return ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '' ? url : undefined;
  } catch {
    return undefined;
  }
}
