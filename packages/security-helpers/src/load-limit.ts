import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { hasBody } from './body.ts';
import type { Config } from './config.ts';
import { diagnostics, type Load } from './diagnostics.ts';
import { html } from './html.ts';
import { Problem } from './problem.ts';
import { STRICT_TRANSPORT_SECURITY, securityHeaders } from './security-headers.ts';

export interface LoadLimits {
  /** How many requests are answered at a time. */
  running: number;
  /** How many more may wait for their turn. */
  waiting: number;
  /** How long, in milliseconds. */
  waitMs: number;
}

/**
 * Whoever asks for these must not wait behind those who are too many: an instance that is found dead
 * because it is busy leaves its load to the others, which are next.
 */
const HEALTH = new Set(['/healthz', '/readyz']);

/** How long there is no queue once it has not helped, by the time that somebody may wait in it. */
const NO_QUEUE = 10;

/**
 * Answers as many requests at a time as a server can, lets some wait, and turns the rest away at
 * once: 503 with `Retry-After`, and the connection stays. Without that, a server that gets twice what
 * it can do begins all of it and finishes next to nothing in time.
 *
 * It counts what is under way, which grows for every reason there is: a store that is slow, an event
 * loop that lags, a crowd. (`toobusy-js` and `overload-protection` look at the loop only, which is
 * idle while a store hangs.)
 *
 * It stands in front of the framework: to turn somebody away must cost next to nothing, or a server
 * at twice its capacity is busy with just that. By way of Express, it costs a third of an answer.
 */
export function limitLoad(
  handler: RequestListener,
  { load, production }: Pick<Config, 'load' | 'production'>,
): RequestListener {
  const turnAway = refusal(production);
  /** Those who wait, the longest first: each begins when called. */
  const queue = new Set<() => void>();
  let running = 0;
  let lastEmpty = 0;
  let noQueueUntil = 0;

  function tell(shed?: Load['shed']): void {
    if (!diagnostics.load.hasSubscribers) return;
    diagnostics.load.publish({ running, waiting: queue.size, ...(shed && { shed }) });
  }

  function serve(req: IncomingMessage, res: ServerResponse): void {
    if (req.socket.destroyed) return; // the end of a connection frees turns, and takes those who wait
    let isCounted = false;
    const count = () => {
      isCounted = true;
      running++;
      tell();
    };
    // Whoever sends a body as slowly as they like would else take everybody's turn with it.
    if (hasBody(req.headers) && !req.complete) req.once('end', count);
    else count();
    whenOver(req, res, () => {
      req.off('end', count);
      if (!isCounted) return;
      running--;
      tell();
      for (const begin of queue) {
        if (running >= load.running) return;
        begin();
      }
    });
    handler(req, res);
  }

  function wait(req: IncomingMessage, res: ServerResponse): void {
    const leave = () => {
      clearTimeout(timer);
      stopWatching();
      queue.delete(begin);
      tell();
    };
    const timer = setTimeout(() => {
      leave();
      tell('late');
      turnAway(req, res);
    }, load.waitMs);
    // It is called at the end of another request, whose context is none of its business. (Not bound by
    // `AsyncResource.bind`, which takes half as long as all the rest of the waiting.)
    const context = new AsyncResource('WAITING_REQUEST');
    const begin = () => {
      leave();
      context.runInAsyncScope(serve, undefined, req, res);
    };
    const stopWatching = whenOver(req, res, leave);
    queue.add(begin);
    tell();
  }

  /**
   * A queue carries over a burst. Where it is never empty, it serves nobody more: all that it does is
   * to let everybody wait, and to keep their requests in memory meanwhile. So a queue that was not
   * empty for as long as anybody may wait in it is closed for a while, then tried again (the thought
   * of CoDel, RFC 8289: not how many wait tells a bad queue from a good one, but for how long).
   */
  function mayWait(): boolean {
    const now = performance.now();
    if (queue.size === 0) lastEmpty = now;
    if (now - lastEmpty > load.waitMs) noQueueUntil = now + NO_QUEUE * load.waitMs;
    return queue.size < load.waiting && now >= noQueueUntil;
  }

  return (req, res) => {
    if (HEALTH.has(req.url ?? '')) return void handler(req, res);
    if (running < load.running) return serve(req, res);
    if (mayWait()) return wait(req, res);
    tell('full');
    turnAway(req, res);
  };
}

/**
 * Calls back once, when a request was answered or its client is gone.
 *
 * @returns stops watching.
 */
function whenOver({ socket }: IncomingMessage, res: ServerResponse, then: () => void): () => void {
  let isStopped = false;
  const stop = () => {
    isStopped = true;
    res.off('close', over);
    socket.off('close', over);
  };
  const over = () => {
    if (isStopped) return; // both events come, one within the other
    stop();
    then();
  };
  res.on('close', over);
  // An answer that stands behind others on its connection (pipelining) hears nothing of its end: who
  // sends some requests at once and hangs up would keep their turns for good.
  socket.setMaxListeners(0).on('close', over);
  return stop;
}

/** Nothing in it depends on the request, so that all of it is made beforehand. */
function refusal(production: boolean) {
  const detail = 'There are too many requests at the moment. Nothing was done; please try again.';
  const problem = new Problem(503, 'overloaded', detail);
  const headers = Object.entries({
    ...securityHeaders(),
    ...(production && { 'Strict-Transport-Security': STRICT_TRANSPORT_SECURITY }),
  }).flat();
  // As text, which goes out with its headers in one piece; a Buffer would be a second.
  const answer = (type: string, body: string) => {
    const length = String(Buffer.byteLength(body));
    const all = [...headers, 'Content-Type', type, 'Content-Length', length, 'Retry-After'];
    // One to three seconds: all of those who were turned away together would else come back together.
    return { body, headers: ['1', '2', '3'].map((seconds) => [...all, seconds]) };
  };
  const json = answer('application/problem+json', JSON.stringify(problem));
  const page = answer(
    'text/html; charset=utf-8',
    html`<!doctype html><html lang="en"><title>${problem.toJSON().title}</title><p>${detail}</p>`
      .text,
  );
  return (req: IncomingMessage, res: ServerResponse): void => {
    const { headers, body } = wantsPage(req) ? page : json;
    res.writeHead(503, headers[Math.floor(Math.random() * headers.length)]).end(body);
  };
}

/** Of `req.headers` this is the only one that is needed, and Node makes it of all of them. */
function wantsPage({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.some(
    (value, n) =>
      n % 2 === 1 && /^accept$/i.test(rawHeaders[n - 1] ?? '') && value.includes('text/html'),
  );
}
