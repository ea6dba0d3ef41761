import {
  type RestartOptions,
  type ServiceHandle,
  serviceHandle,
  withoutCredentials,
} from './handle.ts';
import { UnavailableError } from './unavailable.ts';

/** Milliseconds in which a server that somebody else runs has to answer. */
export const urlAnswerLimitMs = 2_000;

/** A variable that names a server which somebody else runs. */
export interface UrlVariable {
  /** for code: `redis` */
  readonly name: string;
  /** for people: `Redis` */
  readonly title: string;
  /** REDIS_URL */
  readonly variable: string;
  /** without the colon; the first is the usual one */
  readonly protocols: readonly string[];
  /** `undefined` when it answers, else words that hold no part of the URL */
  whyNotAnswering(url: URL): Promise<string | undefined>;
  /** where one value may name several servers: a URL for each */
  urlsOf?(text: string): readonly string[];
  /** what stands between the title and the servers: `at`, unless they are not the store itself */
  readonly preposition?: string;
}

/**
 * The handle of such a server. It can be used, but not stopped, killed, frozen or restarted:
 * those reject, because the lab ends no server that it did not start.
 * @throws UnavailableError when it does not answer in time
 */
export async function serviceByUrl<Options extends RestartOptions>(
  kind: UrlVariable,
  text: string,
): Promise<ServiceHandle<Options>> {
  const { name, title, variable } = kind;
  const problem = await urlProblem(kind, text);
  if (problem) throw new UnavailableError(problem);
  const refuse = async () => {
    throw new UnavailableError(
      `This ${title} comes from ${variable}, and the lab ends no server that it did not start: ` +
        `unset ${variable} for a ${title} that can be stopped and frozen.`,
    );
  };
  const handle = serviceHandle<Options>({
    name,
    url: text,
    place: placeOf(kind, text),
    provider: 'url',
    server: () => undefined,
    restart: refuse,
    release: async () => undefined,
  });
  return { ...handle, stop: refuse, kill: refuse, freeze: refuse, thaw: refuse };
}

/** One sentence, or `undefined` when it answers. It names host and port, never a password. */
export async function urlProblem(kind: UrlVariable, text: string): Promise<string | undefined> {
  const { title, variable, protocols, urlsOf = alone } = kind;
  const urls = urlsOf(text).map((each) => parse(each, protocols));
  if (!urls.every((url) => url !== undefined)) {
    const forms = protocols.map((protocol) => `${protocol}://`).join(' or ');
    return `${variable} is not a ${forms} URL: correct it or unset it.`;
  }
  const reasons: string[] = [];
  for (const url of urls) {
    const why = await kind.whyNotAnswering(url);
    if (!why) return undefined; // which of several is to be used, who connects finds out
    reasons.push(`(${url.host}) ${why}`);
  }
  return (
    `The server of ${variable} ${reasons.join(', ')}: start it, correct ${variable}, ` +
    `or unset it to let the lab find a ${title}.`
  );
}

const alone = (url: string): readonly string[] => [url];

/** @param text in which all are URLs. */
function placeOf({ urlsOf = alone, preposition = 'at' }: UrlVariable, text: string): string {
  return `${preposition} ${urlsOf(text).map(withoutCredentials).join(', ')}`;
}

function parse(text: string, protocols: readonly string[]): URL | undefined {
  try {
    const url = new URL(text);
    decodeURIComponent(url.username + url.password);
    return protocols.includes(url.protocol.slice(0, -1)) && url.hostname !== '' ? url : undefined;
  } catch {
    return undefined;
  }
}
