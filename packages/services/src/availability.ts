import { type UrlVariable, urlProblem } from './by-url.ts';
import { type Image, refusesInstall } from './images.ts';

/** What a service needs before it runs here. `how` and `fix` are short enough for one line. */
export type Availability =
  | { readonly runs: true; readonly how: string }
  /** `how` is the command the lab would run by itself, without a question */
  | { readonly runs: 'after-install'; readonly how: string }
  | { readonly runs: false; readonly fix: string };

export async function urlAvailability(kind: UrlVariable, text: string): Promise<Availability> {
  const problem = await urlProblem(kind, text);
  return problem ? { runs: false, fix: problem } : { runs: true, how: `${kind.variable} answers` };
}

export function imageAvailability(image: Image, env: NodeJS.ProcessEnv): Availability {
  if (image.isHere) return { runs: true, how: `${image.image} in ${image.title}` };
  return afterInstall(`docker pull ${image.image}`, env);
}

export function afterInstall(line: string, env: NodeJS.ProcessEnv): Availability {
  return refusesInstall(env) ? { runs: false, fix: line } : { runs: 'after-install', how: line };
}
