// The way to the lab's server, and from page to page.
import { useEffect, useState } from 'preact/hooks';

/** What is behind `#/` in the address, in parts. */
export function useRoute(): [at: string, of?: string] {
  const read = () => location.hash.replace(/^#\/?/, '').split('/') as [string, string?];
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const follow = () => {
      if (location.hash !== '#main') setRoute(read());
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

/** What the server says there, as it changes. Undefined until it has said something. */
export function useStream<T>(path: string): { data: T | undefined; isLost: boolean } {
  const [data, setData] = useState<T>();
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    const source = new EventSource(path);
    source.onmessage = ({ data: text }) => {
      setData(JSON.parse(text));
      setLost(false);
    };
    source.onerror = () => setLost(true); // it tries again by itself
    return () => source.close();
  }, [path]);
  return { data, isLost };
}

/** @throws Error with the server's own sentence. */
export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  return answerOf<T>(
    await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
}

export async function get<T>(path: string): Promise<T> {
  return answerOf<T>(await fetch(path));
}

async function answerOf<T>(response: Response): Promise<T> {
  const body = await response.json();
  if (!response.ok) throw new Error(body.message);
  return body;
}

/** Something that takes a while: what goes on, and what went wrong. */
export function useWork(): {
  busy: string | null;
  problem: string | null;
  run(what: string, work: () => Promise<unknown>): Promise<void>;
} {
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (what: string, work: () => Promise<unknown>) => {
    setBusy(what);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(null);
    }
  };
  return { busy, problem, run };
}
