import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettings, writeEnvFileOnce } from '../src/env-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'session-lab-env-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the .env of an example', () => {
  it('is written with a secret that nobody else has, for the owner only', async () => {
    expect(await writeEnvFileOnce(folder)).toBe(true);
    const { SESSION_SECRET: secret = '' } = await readSettings(folder, {});
    expect(Buffer.from(secret, 'base64url')).toHaveLength(48);
    if (process.platform !== 'win32') {
      expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
    }

    rmSync(join(folder, '.env'));
    await writeEnvFileOnce(folder);
    expect((await readSettings(folder, {}))['SESSION_SECRET']).not.toBe(secret);
  });

  it('is kept as it is once it is there, even without a secret', async () => {
    writeFileSync(join(folder, '.env'), 'PORT=4711\n');
    chmodSync(join(folder, '.env'), 0o644);
    expect(await writeEnvFileOnce(folder)).toBe(false);
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe('PORT=4711\n');
  });

  it('gives way to the environment', async () => {
    writeFileSync(join(folder, '.env'), 'PORT=4711\nSESSION_COOKIE_NAME=mine\n');
    const settings = await readSettings(folder, { PORT: '4712' });
    expect(settings).toEqual({ PORT: '4712', SESSION_COOKIE_NAME: 'mine' });
  });
});
