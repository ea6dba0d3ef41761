import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from './support.ts';

const script = fileURLToPath(new URL('../../../scripts/doctor.mjs', import.meta.url));
const { REDIS_URL: _, REDIS_SENTINELS: __, REDIS_CLUSTER: ___, ...env } = process.env;

function doctor(file: string, more: NodeJS.ProcessEnv = {}) {
  const { status, stdout } = spawnSync(process.execPath, [file], {
    encoding: 'utf8',
    env: { ...env, ...more },
  });
  const line = (name: string) => stdout.split('\n').filter((text) => text.startsWith(name));
  return { status, memory: line('memory'), redis: line('redis') };
}

test('the doctor has one line for each example, and says that all run', () => {
  const { status, memory, redis } = doctor(script);
  expect(status).toBe(0);
  expect(memory).toEqual([expect.stringContaining('npm start memory')]);
  expect(redis).toEqual([expect.stringMatching(/runs now|npm start redis/)]);
});

test('the doctor says in one line what keeps Redis from running', () => {
  const missing = doctor(script, { PATH: '', SESSION_LAB_NO_INSTALL: '1' });
  expect(missing.status).toBe(1);
  expect(missing.redis).toEqual([expect.stringContaining('does not run yet')]);

  for (const variable of ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER']) {
    const unreachable = doctor(script, { [variable]: 'redis://:correct-horse@127.0.0.1:1' });
    expect(unreachable.status).toBe(1);
    expect(unreachable.redis).toEqual([expect.stringContaining(variable)]);
    expect(unreachable.redis.join()).not.toContain('correct-horse');
  }
});

test('the doctor works in a fresh clone', () => {
  const clone = temporaryFolder();
  mkdirSync(join(clone, 'scripts'));
  cpSync(script, join(clone, 'scripts', 'doctor.mjs'));
  const { status, redis } = doctor(join(clone, 'scripts', 'doctor.mjs'));
  expect(status).toBe(1);
  expect(redis).toEqual([expect.stringContaining('npm start redis')]);
});
