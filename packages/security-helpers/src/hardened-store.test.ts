import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { keysFrom, newSecret, observed, unhandledDuring } from '../test/support.ts';
import { HardenedStore, SessionEndedError } from './hardened-store.ts';
import { SessionChangedError } from './merge.ts';
import { recordSchema } from './record.ts';
import { open } from './seal.ts';
import { newSessionId, storeKey } from './session-id.ts';
import { StoreUnavailableError } from './store-budget.ts';

const never = () => new Promise<void>(() => undefined);
const offline = () => Promise.reject(new Error('offline'));

describe('an id', () => {
  it('that is none of ours reaches no store', async () => {
    const { hardened, store } = observed();
    for (const id of ['', '*', '__proto__', `${newSessionId()}x`, 'a'.repeat(10_000)]) {
      expect(await hardened.load(id)).toBeNull();
      await hardened.destroy(id);
    }
    expect(store.commands).toEqual([]);
  });
});

describe('an insert', () => {
  it('whose outcome is unknown is followed by one removal, in the background', async () => {
    const { hardened, store, loggedIn, events } = observed({ budgetMs: 5 });
    store.before = (command) => (command === 'insert' ? never() : undefined);
    const id = newSessionId();
    await expect(hardened.insert(id, loggedIn())).rejects.toThrow(StoreUnavailableError);
    await expect.poll(() => store.commands).toEqual(['insert', 'remove']);
    expect(events).toEqual([{ event: 'store_failed', reason: expect.stringMatching(/^insert: /) }]);
  });

  it('that arrives late, after it was given up, leaves nothing behind', async () => {
    const { hardened, store, loggedIn } = observed({ budgetMs: 5 });
    const written = vi.spyOn(store.memory, 'insert');
    const removed = vi.spyOn(store.memory, 'remove');
    // One connection to a slow store: the removal is carried out after the insert.
    let connection = Promise.resolve();
    store.before = () => {
      connection = connection.then(() => wait(20));
      return connection;
    };
    const insert = hardened.insert(newSessionId(), loggedIn());
    await expect(insert).rejects.toThrow(StoreUnavailableError);
    await expect.poll(() => removed.mock.calls.length).toBe(1);
    expect(written.mock.calls.length).toBe(1);
    expect(store.memory.size).toBe(0);
  });

  it('does not wait for that removal, nor fall over when it fails', async () => {
    for (const trouble of [never, offline]) {
      const { hardened, store, loggedIn } = observed({ budgetMs: 5 });
      store.before = trouble;
      const unhandled = await unhandledDuring(async () => {
        const insert = hardened.insert(newSessionId(), loggedIn());
        await expect(insert).rejects.toThrow(StoreUnavailableError);
      });
      expect(unhandled).toEqual([]);
      expect(store.commands).toEqual(['insert', 'remove']);
    }
  });

  it('under an id that exists fails, and touches nothing', async () => {
    const { hardened, store, loggedIn } = observed();
    const id = newSessionId();
    await hardened.insert(id, loggedIn('user-1'));
    await expect(hardened.insert(id, loggedIn('user-2'))).rejects.toThrow(/in use/);
    expect((await hardened.load(id))?.fields.userId).toBe('user-1');
    expect(store.commands).toEqual(['insert', 'keysOf', 'insert', 'read']);
  });

  it('of what the schema refuses or would drop reaches no store', async () => {
    const { hardened, store, loggedIn } = observed();
    for (const extra of [
      { cart: 'x' },
      { userId: undefined },
      { handle: 'x' },
      { role: 'admin' },
    ]) {
      await expect(hardened.insert(newSessionId(), { ...loggedIn(), ...extra })).rejects.toThrow();
    }
    expect(store.commands).toEqual([]);
  });
});

describe('an update', () => {
  it('after the end of the session is a SessionEndedError, and brings nothing back', async () => {
    const { hardened, store, loggedIn, events } = observed();
    const id = newSessionId();
    const stored = await hardened.insert(id, loggedIn());
    await hardened.destroy(id);
    await expect(hardened.update(stored, stored.fields)).rejects.toThrow(SessionEndedError);
    expect(store.memory.size).toBe(0);
    expect(events.at(-1)).toMatchObject({ event: 'session_lost_race', userId: 'user-1' });
  });

  it('at the absolute limit is a SessionEndedError, without a command', async () => {
    const { hardened, store, loggedIn, clock, settings } = observed();
    const id = newSessionId();
    const stored = await hardened.insert(id, loggedIn());
    clock.advance(settings.lifetime.absoluteMs - 1);
    store.takeCommands();
    const late = () => hardened.update(stored, stored.fields);
    await expect(late()).rejects.toThrow(SessionEndedError); // idle by now
    expect(store.takeCommands()).toEqual(['replace', 'read']);
    clock.advance(1);
    await expect(late()).rejects.toThrow(/absolute limit/);
    expect(store.takeCommands()).toEqual([]);
  });

  it('gives the store no more time than the session has left', async () => {
    const { hardened, store, loggedIn, clock, settings } = observed();
    const replace = vi.spyOn(store, 'replace');
    let stored = await hardened.insert(newSessionId(), loggedIn());
    const ttl = () => replace.mock.lastCall?.[3];
    const { idleMs, absoluteMs } = settings.lifetime;
    for (let spent = 0; spent < absoluteMs; spent += 50_000) {
      stored = await hardened.update(stored, stored.fields);
      expect(ttl()).toBe(Math.min(idleMs + idleMs / 10, absoluteMs - spent));
      clock.advance(50_000);
    }
  });
});

describe('two updates of one session at once', () => {
  const schema = recordSchema({
    cart: z.array(z.string()).optional(),
    theme: z.string().optional(),
  });
  /** Loaded twice, by two requests. */
  const loadedTwice = async () => {
    const seen = observed({ schema });
    const id = newSessionId();
    const fresh = { ...seen.loggedIn(), freshUntil: seen.clock.now() + 1000 };
    const stored = await seen.hardened.insert(id, { ...fresh, cart: ['a'] } as never);
    const inStore = async () => (await seen.hardened.load(id))?.fields;
    seen.store.takeCommands();
    const update = (changed: object, change?: (fields: object) => void) =>
      seen.hardened.update(stored, { ...stored.fields, ...changed }, change);
    return { ...seen, id, stored, inStore, update };
  };
  const add = (item: string) => (fields: { cart?: string[] }) => {
    fields.cart = [...(fields.cart ?? []), item];
  };

  it('of different keys are both kept, and each request is told so', async () => {
    const { update, inStore, store, clock } = await loadedTwice();
    await update({ cart: ['a', 'b'] });
    clock.advance(1000);
    const { fields } = await update({ theme: 'dark' });
    expect(fields).toMatchObject({ cart: ['a', 'b'], theme: 'dark', lastSeenAt: clock.now() });
    expect(await inStore()).toEqual(fields);
    expect(store.commands).toEqual(['replace', 'replace', 'read', 'replace', 'read']);
  });

  it('of one key are a SessionChangedError, and the first stays', async () => {
    const { update, inStore } = await loadedTwice();
    const { fields } = await update({ cart: ['a', 'b'] });
    await expect(update({ cart: ['a', 'c'] })).rejects.toThrow(SessionChangedError);
    expect(await inStore()).toEqual(fields);
  });

  it('do not bring back a right that one of them has taken away', async () => {
    const { update, inStore } = await loadedTwice();
    await update({ freshUntil: undefined, client: 'another browser' });
    await update({ cart: ['a', 'b'] });
    const fields = await inStore();
    expect(fields).toMatchObject({ client: 'another browser', cart: ['a', 'b'] });
    expect(fields).not.toHaveProperty('freshUntil');
  });

  it('leave alone what belongs to the id, also where one replaces all that is in it', async () => {
    const { hardened, stored, clock, loggedIn } = await loadedTwice();
    clock.advance(1000);
    const renewed = await hardened.renew(stored, newSessionId());
    const { predecessor, renewedAt } = renewed.fields;
    expect([predecessor, renewedAt]).toEqual([stored.key, clock.now()]);
    const { fields } = await hardened.update(renewed, loggedIn());
    expect(fields).toMatchObject({ predecessor, renewedAt });
    expect(fields).not.toHaveProperty('cart');
  });

  it('with a change that looks at what is there are both kept, also of one key', async () => {
    const { update, inStore } = await loadedTwice();
    await Promise.all([update({}, add('b')), update({}, add('c')), update({ theme: 'dark' })]);
    expect(await inStore()).toMatchObject({ cart: ['a', 'b', 'c'], theme: 'dark' });
  });

  it('and a change that refuses: nothing is written', async () => {
    const { update, store } = await loadedTwice();
    const refuse = () => {
      throw new TypeError('full');
    };
    await expect(update({}, refuse)).rejects.toThrow('full');
    expect(store.commands).toEqual([]);
  });

  it('end after some tries, when another is faster each time', async () => {
    const { update, store, inStore } = await loadedTwice();
    const replace = vi.spyOn(store.memory, 'replace').mockResolvedValue(false);
    await expect(update({}, add('late'))).rejects.toThrow(SessionChangedError);
    expect(replace.mock.calls.length).toBe(20);
    expect((await inStore())?.['cart']).toEqual(['a']);
  });

  it('and an end: the change is a SessionEndedError', async () => {
    const { hardened, update, id, store } = await loadedTwice();
    await update({ theme: 'dark' });
    await hardened.destroy(id);
    await expect(update({}, add('late'))).rejects.toThrow(SessionEndedError);
    expect(store.memory.size).toBe(0);
  });
});

describe('a touch', () => {
  it('writes nothing before a tenth of the idle time is used up, and then once', async () => {
    const { hardened, store, loggedIn, clock } = observed();
    const id = newSessionId();
    const inserted = await hardened.insert(id, loggedIn());
    store.takeCommands();
    clock.advance(9_999);
    expect(await hardened.touch(inserted)).toBe(inserted);
    expect(store.takeCommands()).toEqual([]);

    clock.advance(1);
    const touched = await hardened.touch(inserted);
    expect(touched.fields).toEqual({ ...inserted.fields, lastSeenAt: clock.now() });
    expect(await hardened.touch(touched)).toBe(touched);
    expect(store.takeCommands()).toEqual(['replace']);
    expect((await hardened.load(id))?.fields).toEqual(touched.fields);
  });

  it('seals anew at once what an older secret has sealed', async () => {
    const [older, newer] = [newSecret(), newSecret()];
    const before = observed({ keys: keysFrom(older).seal });
    const id = newSessionId();
    await before.hardened.insert(id, before.loggedIn());

    const { settings, store } = before;
    const after = new HardenedStore({ ...settings, keys: keysFrom(newer, older).seal });
    const loaded = await after.load(id);
    expect(loaded?.keyIndex).toBe(1);
    store.takeCommands();
    if (loaded) await after.touch(loaded);
    expect(store.takeCommands()).toEqual(['replace']);

    const envelope = (await store.read(storeKey(id))) ?? '';
    expect(open(envelope, storeKey(id), keysFrom(newer).seal).ok).toBe(true);
    expect((await after.load(id))?.keyIndex).toBe(0);
  });

  it('does not bring back what was ended, nor undo what was saved meanwhile', async () => {
    const { hardened, store, loggedIn, clock } = observed();
    const id = newSessionId();
    const inserted = await hardened.insert(id, loggedIn());
    clock.advance(20_000);
    const saved = await hardened.update(inserted, { ...inserted.fields, cart: ['x'] } as never);
    expect(await hardened.touch(inserted)).toBe(inserted);
    expect((await hardened.load(id))?.fields).toEqual(saved.fields);

    clock.advance(20_000);
    await hardened.destroy(id);
    expect(await hardened.touch(saved)).toBe(saved);
    expect(store.memory.size).toBe(0);
  });

  it('cannot push a session beyond its absolute limit', async () => {
    const { hardened, loggedIn, clock, settings, store } = observed();
    const id = newSessionId();
    let stored = await hardened.insert(id, loggedIn());
    const end = clock.now() + settings.lifetime.absoluteMs;
    while (clock.now() + 50_000 < end) {
      clock.advance(50_000);
      stored = await hardened.touch(stored);
    }
    clock.advance(end - clock.now() - 1);
    expect(await hardened.load(id)).not.toBeNull();
    clock.advance(1);
    expect(store.memory.size).toBe(1);
    expect(await store.read(storeKey(id))).toBeNull();
    await expect(hardened.touch(stored)).rejects.toThrow(SessionEndedError);
  });
});

describe('a renewal', () => {
  const old = async (more: Parameters<typeof observed>[0] = {}) => {
    const seen = observed(more);
    const id = newSessionId();
    const stored = await seen.hardened.insert(id, seen.loggedIn());
    return { ...seen, id, stored, newId: newSessionId() };
  };

  it('is due when the id has reached its age, and not when the session was used', async () => {
    const { hardened, stored, clock, settings } = await old();
    clock.advance(settings.lifetime.renewMs - 1);
    expect(hardened.isRenewalDue(stored)).toBe(false);
    clock.advance(1);
    expect(hardened.isRenewalDue(stored)).toBe(true);
  });

  it('moves the session; the old id leads to it until the new one was used, and a little longer', async () => {
    const { hardened, store, clock, settings, id, stored, newId, events } = await old();
    clock.advance(50_000);
    const renewed = await hardened.renew(stored, newId);
    expect(renewed.fields).toEqual({
      ...stored.fields,
      renewedAt: clock.now(),
      lastSeenAt: clock.now(),
      predecessor: storeKey(id),
    });
    // The answer with the new id was lost: as long as nobody comes with it, the old one is good.
    clock.advance(settings.lifetime.graceMs + 1);
    expect((await hardened.load(id))?.key).toBe(storeKey(newId));
    const arrived = await hardened.load(newId);
    expect([arrived?.key, arrived?.fields.predecessor]).toEqual([storeKey(newId), undefined]);
    clock.advance(settings.lifetime.graceMs - 1);
    expect((await hardened.load(id))?.key).toBe(storeKey(newId));
    expect((await hardened.sessionsOf('user-1')).map(({ key }) => key)).toEqual([storeKey(newId)]);
    clock.advance(1);
    expect(await hardened.load(id)).toBeNull();
    expect(await hardened.load(newId)).not.toBeNull();
    expect(await store.read(storeKey(id))).toBeNull();
    expect(events.map(({ event }) => event)).toContain('session_renewed');
  });

  it('whose new id never arrives goes on with the old one, again and again', async () => {
    const { lifetime } = await old().then(({ settings }) => settings);
    const { hardened, clock, id } = await old({ lifetime: { ...lifetime, renewMs: 150_000 } });
    for (let renewals = 0; renewals < 3; ) {
      clock.advance(lifetime.idleMs / 2);
      const live = await hardened.load(id);
      if (!live) throw new Error(`logged out after renewal ${renewals}`);
      if (hardened.isRenewalDue(live)) {
        await hardened.renew(live, newSessionId());
        renewals += 1;
      } else await hardened.touch(live);
    }
    expect((await hardened.sessionsOf('user-1')).length).toBe(1);
  });

  it('is over when a logout that did not know of it ends the old id', async () => {
    const { hardened, store, stored, id, newId } = await old();
    await hardened.renew(stored, newId);
    await hardened.end(stored); // as it was read, before
    expect(await hardened.load(id)).toBeNull();
    expect(await hardened.load(newId)).toBeNull();
    expect(store.memory.size).toBe(0);
  });

  it('is over, too, when that logout comes after the new id', async () => {
    const { hardened, store, stored, newId, clock } = await old();
    await hardened.renew(stored, newId);
    await hardened.load(newId);
    clock.advance(1000);
    await hardened.end(stored); // from before the renewal: a copy, or read just before it
    expect(await hardened.load(newId)).toBeNull();
    expect(store.memory.size).toBe(0);
  });

  it('is over, too, when that logout comes while the new id arrives', async () => {
    const { hardened, store, stored, newId } = await old();
    await hardened.renew(stored, newId);
    const replace = store.memory.replace.bind(store.memory);
    vi.spyOn(store.memory, 'replace').mockImplementationOnce(async (...args) => {
      await hardened.end(stored);
      return replace(...args);
    });
    expect(await hardened.load(newId)).toBeNull();
    expect(store.memory.size).toBe(0);
  });

  it('does not end when the old id is asked for while the new one arrives, late', async () => {
    const { hardened, store, stored, id, newId, clock, settings } = await old();
    await hardened.renew(stored, newId);
    clock.advance(settings.lifetime.graceMs + 1);
    const replace = store.memory.replace.bind(store.memory);
    vi.spyOn(store.memory, 'replace').mockImplementationOnce(async (...args) => {
      const isReplaced = await replace(...args);
      expect(await hardened.load(id)).toBeNull(); // it is over, as the new one is there
      return isReplaced;
    });
    expect((await hardened.load(newId))?.key).toBe(storeKey(newId));
    expect((await hardened.load(newId))?.key).toBe(storeKey(newId));
  });

  it('is over with the session: neither id is any good then', async () => {
    const { hardened, store, stored, id, newId } = await old();
    await hardened.end(await hardened.renew(stored, newId));
    expect(await hardened.load(id)).toBeNull();
    expect(await hardened.load(newId)).toBeNull();
    expect(store.memory.size).toBe(0);
  });

  it('of two at once happens once, and leaves one session', async () => {
    const { hardened, stored, store } = await old();
    const both = [hardened.renew(stored, newSessionId()), hardened.renew(stored, newSessionId())];
    const [one, other] = await Promise.all(both);
    expect(one?.key).not.toBe(stored.key);
    expect(other).toEqual(one);
    expect(store.memory.size).toBe(2); // the new one, and what is left of the old
    expect((await hardened.sessionsOf('user-1')).length).toBe(1);
  });

  it('does not lose what a request with the old id saves meanwhile, nor brings the old back', async () => {
    const { hardened, stored, id, newId, clock, settings } = await old();
    await hardened.renew(stored, newId);
    const saved = await hardened.update(stored, { ...stored.fields, cart: ['late'] } as never);
    expect(saved.key).toBe(storeKey(newId));
    expect((await hardened.load(newId))?.fields['cart']).toEqual(['late']);
    clock.advance(settings.lifetime.graceMs);
    expect(await hardened.load(id)).toBeNull();
    expect((await hardened.load(newId))?.fields['cart']).toEqual(['late']);
    expect(hardened.isRenewalDue(saved)).toBe(false);
  });

  it('that the store did not confirm leaves the old id as it was', async () => {
    const { hardened, stored, id, newId, store } = await old();
    store.before = (command) => {
      if (command !== 'replace') return undefined;
      store.before = () => undefined; // back again
      return offline();
    };
    await expect(hardened.renew(stored, newId)).rejects.toThrow(StoreUnavailableError);
    await expect.poll(() => store.memory.size).toBe(1);
    expect((await hardened.load(id))?.key).toBe(storeKey(id));
  });

  it('that could not be listed leaves the old id as it was', async () => {
    const { hardened, stored, id, newId, store } = await old();
    store.before = (command) => (command === 'keysOf' ? offline() : undefined);
    await expect(hardened.renew(stored, newId)).rejects.toThrow(StoreUnavailableError);
    await expect.poll(() => store.memory.size).toBe(1);
    expect((await hardened.load(id))?.key).toBe(storeKey(id));
  });

  it('that was written although nobody said so logs nobody out', async () => {
    const { hardened, stored, id, newId, store } = await old({ budgetMs: 20 });
    const replace = store.memory.replace.bind(store.memory);
    vi.spyOn(store.memory, 'replace').mockImplementationOnce(async (...args) => {
      await replace(...args);
      return never() as never; // the answer is lost
    });
    await expect(hardened.renew(stored, newId)).rejects.toThrow(StoreUnavailableError);
    await expect.poll(() => store.takeCommands().includes('read')).toBe(true);
    await wait(5);
    expect((await hardened.load(id))?.key).toBe(storeKey(newId));
  });

  it('that may still happen does not, once it was undone', async () => {
    const { hardened, stored, id, newId, store } = await old({ budgetMs: 20 });
    const replace = store.memory.replace.bind(store.memory);
    let happensLate: () => Promise<boolean> = () => Promise.reject();
    vi.spyOn(store.memory, 'replace').mockImplementationOnce((...args) => {
      happensLate = () => replace(...args); // a database that is frozen in the middle of it
      return never() as never;
    });
    await expect(hardened.renew(stored, newId)).rejects.toThrow(StoreUnavailableError);
    await expect.poll(() => store.memory.size).toBe(1);
    expect(await happensLate()).toBe(false);
    expect((await hardened.load(id))?.key).toBe(storeKey(id));
  });

  it('of a session that was ended is none: what was read before may be an old copy', async () => {
    const { hardened, stored, id, newId, store } = await old();
    await hardened.destroy(id);
    await expect(hardened.renew(stored, newId)).rejects.toThrow(SessionEndedError);
    expect(store.memory.size).toBe(0);
  });

  it('of a session that was changed meanwhile goes on with what it is now', async () => {
    const { hardened, stored, newId } = await old();
    const changed = await hardened.update(stored, { ...stored.fields, cart: ['new'] } as never);
    expect(await hardened.renew(stored, newId)).toEqual(changed);
  });
});

describe('the sessions of a user', () => {
  it('are those that live, the oldest first; the others leave the list', async () => {
    const { hardened, loggedIn, clock, store } = observed();
    const ids = [newSessionId(), newSessionId(), newSessionId()];
    for (const id of ids) {
      await hardened.insert(id, loggedIn());
      clock.advance(1000);
    }
    await hardened.insert(newSessionId(), loggedIn('user-2'));
    await hardened.destroy(ids[1] ?? '');
    const keys = (await hardened.sessionsOf('user-1')).map(({ key }) => key);
    expect(keys).toEqual([ids[0], ids[2]].map((id) => storeKey(id ?? '')));
    expect(await store.memory.keysOf('user-1')).toEqual(keys);
  });

  it('over the limit end, the oldest first, and not because of ones that are over', async () => {
    const { hardened, loggedIn, clock, events } = observed({ limitPerUser: 2 });
    const logIn = async () => {
      clock.advance(1000);
      const id = newSessionId();
      await hardened.insert(id, loggedIn());
      return id;
    };
    const first = await logIn();
    await hardened.destroy(await logIn());
    const second = await logIn();
    expect(await hardened.load(first)).not.toBeNull();
    const third = await logIn();
    expect(await hardened.load(first)).toBeNull();
    expect(await hardened.load(second)).not.toBeNull();
    expect(await hardened.load(third)).not.toBeNull();
    expect(events.filter(({ event }) => event === 'session_evicted').length).toBe(1);
  });

  it('are ended one, or all but one, and never those of another user', async () => {
    const { hardened, loggedIn, events } = observed();
    const ids = [newSessionId(), newSessionId(), newSessionId()];
    const handles: string[] = [];
    for (const id of ids) handles.push((await hardened.insert(id, loggedIn())).fields.handle);
    const other = await hardened.insert(newSessionId(), loggedIn('user-2'));
    const [one = '', two = '', three = ''] = handles;
    const reason = 'user';
    expect(await hardened.revoke('user-1', { only: other.fields.handle, reason })).toBe(0);
    expect(await hardened.revoke('user-1', { only: two, reason, by: 'user-2' })).toBe(1);
    expect(events.at(-1)).toMatchObject({ event: 'session_revoked', by: 'user-2' });
    expect(await hardened.revoke('user-1', { except: three, reason })).toBe(1);
    const left = (await hardened.sessionsOf('user-1')).map(({ fields }) => fields.handle);
    expect(left).toEqual([three]);
    expect(left).not.toContain(one);
    expect(await hardened.sessionsOf('user-2')).toHaveLength(1);
  });
});

describe('a record', () => {
  it('whose time is up is removed, whatever the store thinks of it', async () => {
    const { hardened, store, loggedIn, clock, events } = observed();
    const id = newSessionId();
    const { envelope } = await hardened.insert(id, loggedIn());
    await store.remove(storeKey(id));
    await store.insert(storeKey(id), envelope, 100_000_000);
    clock.advance(110_000);
    store.takeCommands();
    expect(await hardened.load(id)).toBeNull();
    expect(store.takeCommands()).toEqual(['read', 'remove']);
    expect(events.at(-1)).toMatchObject({ event: 'session_expired', reason: 'idle' });
  });

  it('that is broken and cannot be removed is not "no session" but a 503', async () => {
    const { hardened, store } = observed();
    const id = newSessionId();
    await store.insert(storeKey(id), 'broken', 1000);
    store.before = (command) => (command === 'remove' ? offline() : undefined);
    await expect(hardened.load(id)).rejects.toThrow(StoreUnavailableError);
  });

  it('that makes the schema itself fall over is no session', async () => {
    const schema = recordSchema({
      cart: z.any().transform(() => {
        throw new Error('thrown by the application');
      }),
    });
    const { hardened, store, loggedIn, settings } = observed();
    const id = newSessionId();
    await hardened.insert(id, { ...loggedIn(), cart: ['x'] } as never);
    expect(await new HardenedStore({ ...settings, schema }).load(id)).toBeNull();
    expect(store.memory.size).toBe(0);
  });
});

describe('a store out of reach', () => {
  it.each(['load', 'insert', 'update', 'touch', 'destroy'] as const)(
    'makes %s reject within the budget, and says so in the log',
    async (method) => {
      for (const trouble of [never, offline]) {
        const { hardened, store, loggedIn, clock, events } = observed({ budgetMs: 10 });
        const id = newSessionId();
        const stored = await hardened.insert(id, loggedIn());
        clock.advance(50_000);
        store.before = trouble;
        const calls = {
          load: () => hardened.load(id),
          insert: () => hardened.insert(newSessionId(), loggedIn()),
          update: () => hardened.update(stored, stored.fields),
          touch: () => hardened.touch(stored),
          destroy: () => hardened.destroy(id),
        };
        await expect(calls[method]()).rejects.toThrow(StoreUnavailableError);
        expect(events.map(({ event }) => event)).toContain('store_failed');
        expect(events.map(({ event }) => event)).not.toContain('session_ended');
        expect(JSON.stringify(events.at(-1))).not.toContain(storeKey(id));
      }
    },
  );
});
