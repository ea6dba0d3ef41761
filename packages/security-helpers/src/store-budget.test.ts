import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { unhandledDuring } from '../test/support.ts';
import { currentRequest, inRequest } from './request-context.ts';
import { StoreUnavailableError, withinBudget } from './store-budget.ts';

const never = () => new Promise<never>(() => undefined);
/** A store call that takes this long, and what becomes of it. */
const takes = (ms: number) => () => wait(ms, 'done');
const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: unknown) => (error instanceof StoreUnavailableError ? 'unavailable' : 'other'),
  );

describe('the store budget', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  /** `node:timers/promises` is not faked: waiting is done on the timers that are. */
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const after = (ms: number) => async () => void (await pause(ms));

  it('gives the answer of a store that answers', async () => {
    expect(await withinBudget(500, async () => 'x', 'read')).toBe('x');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up a call that never answers, at its end and not before', async () => {
    const call = outcome(withinBudget(500, never, 'read'));
    const settled = vi.fn();
    void call.then(settled);
    await vi.advanceTimersByTimeAsync(499);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await call).toBe('unavailable');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('belongs to all store calls of a request together', async () => {
    const calls = inRequest({ client: undefined }, async () => [
      await outcome(withinBudget(500, after(200), 'read')),
      await outcome(withinBudget(500, after(200), 'read')),
      await outcome(withinBudget(500, after(200), 'read')),
      await outcome(withinBudget(500, never, 'read')),
    ]);
    await vi.advanceTimersByTimeAsync(520);
    expect(await calls).toEqual(['done', 'done', 'unavailable', 'unavailable']);
  });

  it('begins no call for which no time is left: it could still happen after the answer', async () => {
    const write = vi.fn(async () => 'written');
    const calls = inRequest({ client: undefined }, async () => [
      await outcome(withinBudget(500, never, 'read')),
      await outcome(withinBudget(500, write, 'read')),
    ]);
    await vi.advanceTimersByTimeAsync(500);
    expect(await calls).toEqual(['unavailable', 'unavailable']);
    expect(write).not.toHaveBeenCalled();
  });

  it('begins with the first call, and does not run while the request does other work', async () => {
    const calls = inRequest({ client: undefined }, async () => {
      await pause(10_000);
      const read = await outcome(withinBudget(500, after(200), 'read'));
      await pause(10_000); // a password hash on a busy machine
      return [read, await outcome(withinBudget(500, after(200), 'read'))];
    });
    await vi.advanceTimersByTimeAsync(20_400);
    expect(await calls).toEqual(['done', 'done']);
  });

  it('is shared by nobody else: another request has its own', async () => {
    const request = () =>
      inRequest({ client: undefined }, () => outcome(withinBudget(500, after(400), 'read')));
    const first = request();
    await vi.advanceTimersByTimeAsync(300);
    const second = request();
    await vi.advanceTimersByTimeAsync(400);
    expect(await Promise.all([first, second])).toEqual(['done', 'done']);
  });

  it('is whole for each call outside of a request', async () => {
    const calls = (async () => [
      await outcome(withinBudget(500, after(400), 'read')),
      await outcome(withinBudget(500, after(400), 'read')),
    ])();
    await vi.advanceTimersByTimeAsync(800);
    expect(await calls).toEqual(['done', 'done']);
  });

  it('is used up by calls that failed, too', async () => {
    const fails = async () => {
      await pause(300);
      throw new Error('connection lost');
    };
    const calls = inRequest({ client: undefined }, async () => [
      await outcome(withinBudget(500, fails, 'read')),
      await outcome(withinBudget(500, after(300), 'read')),
    ]);
    await vi.advanceTimersByTimeAsync(520);
    expect(await calls).toEqual(['unavailable', 'unavailable']);
  });
});

describe('a store that fails', () => {
  it('is named as the cause', async () => {
    const cause = new Error('ECONNREFUSED');
    for (const call of [
      () => Promise.reject(cause),
      (): Promise<never> => {
        throw cause; // a client that throws instead of rejecting
      },
    ]) {
      const error = await withinBudget(500, call, 'read').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect((error as StoreUnavailableError).cause).toBe(cause);
      expect((error as StoreUnavailableError).message).not.toContain('ECONNREFUSED');
    }
  });

  it('is not wrapped twice', async () => {
    const inner = new StoreUnavailableError('inner');
    await expect(withinBudget(500, () => Promise.reject(inner), 'read')).rejects.toBe(inner);
  });

  it('may fail long after it was given up: nobody is disturbed', async () => {
    const late = async () => {
      await wait(20);
      throw new Error('too late');
    };
    const unhandled = await unhandledDuring(async () => {
      expect(await outcome(withinBudget(1, late, 'read'))).toBe('unavailable');
      await wait(60);
    });
    expect(unhandled).toEqual([]);
  });

  it('may succeed long after it was given up, too', async () => {
    expect(await outcome(withinBudget(1, takes(30), 'read'))).toBe('unavailable');
  });
});

it('the context of a request is found across whatever is awaited, and nowhere else', async () => {
  const contexts = [{ client: 'a' }, { client: 'b' }];
  const found = await Promise.all(
    contexts.map((context) =>
      inRequest(context, async () => {
        await wait(1);
        await new Promise((resolve) => process.nextTick(resolve));
        return currentRequest();
      }),
    ),
  );
  expect(found[0]).toBe(contexts[0]);
  expect(found[1]).toBe(contexts[1]);
  expect(currentRequest()).toBeUndefined();
});
