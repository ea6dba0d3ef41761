import { type UrlVariable, urlAnswerLimitMs } from '../by-url.ts';
import { whyNotAnswering } from './ping.ts';

const redis: Omit<UrlVariable, 'variable'> = {
  name: 'redis',
  title: 'Redis',
  protocols: ['redis', 'rediss'],
  whyNotAnswering: (url) => whyNotAnswering(url, urlAnswerLimitMs),
};

/** Addresses, or URLs: `10.0.0.1:26379,redis://10.0.0.2:26379`. */
const urlsOf = (text: string) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .map((entry) => (entry.includes('://') ? entry : `redis://${entry}`));

const variables: UrlVariable[] = [
  { ...redis, variable: 'REDIS_URL' },
  { ...redis, variable: 'REDIS_SENTINELS', urlsOf, preposition: 'by the Sentinels at' },
  { ...redis, variable: 'REDIS_CLUSTER', urlsOf, preposition: 'as the cluster at' },
];

/** The variable that names a Redis which somebody else runs, where one does, and what it says. */
export function redisVariable(
  env: NodeJS.ProcessEnv,
): { kind: UrlVariable; text: string } | undefined {
  // Two that are set contradict each other: that the examples say.
  const [found] = variables.flatMap((kind) => {
    const text = env[kind.variable];
    return text ? [{ kind, text }] : [];
  });
  return found;
}
