import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { keysFrom } from '../test/support.ts';
import { type AuditSink, createAudit } from './audit.ts';
import { inRequest } from './request-context.ts';
import { newSessionId } from './session-id.ts';

const run = promisify(execFile);
const { audit: key } = keysFrom();

function collected() {
  const events: Record<string, unknown>[] = [];
  const sink: AuditSink = { info: (event) => void events.push(event) };
  return { events, audit: createAudit(sink, key) };
}

it('names a session by a keyed hash: the same for one session, and never its id', () => {
  const { events, audit } = collected();
  const id = newSessionId();
  audit('session_created', { key: id, userId: 'user-1' });
  audit('session_ended', { key: id });
  audit('session_ended', { key: newSessionId() });
  createAudit({ info: (event) => void events.push(event) }, keysFrom().audit)('session_ended', {
    key: id,
  });
  const [created, ended, another, otherKey] = events;
  expect(created).toMatchObject({ event: 'session_created', userId: 'user-1' });
  expect(created?.['session']).toMatch(/^[A-Za-z0-9_-]{12}$/);
  expect(ended?.['session']).toBe(created?.['session']);
  expect(another?.['session']).not.toBe(created?.['session']);
  expect(otherKey?.['session']).not.toBe(created?.['session']);
  for (let at = 0; at + 8 <= id.length; at++) {
    expect(JSON.stringify(events)).not.toContain(id.slice(at, at + 8));
  }
});

it('tells the client of the request, and none outside of one', () => {
  const { events, audit } = collected();
  inRequest({ client: '203.0.113.7' }, () => audit('login_failed'));
  audit('login_failed');
  expect(events.map(({ client }) => client)).toEqual(['203.0.113.7', undefined]);
});

it('never throws: a log that is full does not decide who gets in', () => {
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const full = () => {
      throw new Error('no space left on device');
    };
    expect(() => createAudit({ info: full }, key)('login_failed')).not.toThrow();
    expect(complaint).toHaveBeenCalledTimes(1);
  } finally {
    complaint.mockRestore();
  }
});

it('writes one JSON line an event to standard output, whatever the values hold', async () => {
  const require = createRequire(import.meta.url);
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  const id = newSessionId();
  const forged = 'x\n{"event":"login_succeeded"}\r\n\u2028\u0085\u0000"';
  const script = `
    import { auditLog, createAudit } from ${JSON.stringify(new URL('./audit.ts', import.meta.url))};
    const audit = createAudit(auditLog(), Buffer.alloc(32));
    const details = ${JSON.stringify({ key: id, userId: forged, reason: forged })};
    for (let count = 0; count < 3; count++) audit('login_failed', details);
  `;
  const { stdout } = await run(process.execPath, [
    '--import',
    tsx,
    '--input-type=module',
    '--eval',
    script,
  ]);
  const lines = stdout.split(/[\r\n]+/).filter(Boolean);
  expect(lines.length).toBe(3);
  for (const line of lines) {
    expect(JSON.parse(line)).toEqual({
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      event: 'login_failed',
      session: expect.stringMatching(/^[A-Za-z0-9_-]{12}$/),
      userId: forged,
      reason: forged,
      msg: 'login_failed',
    });
  }
  expect(stdout).not.toContain(id);
}, 60_000);
