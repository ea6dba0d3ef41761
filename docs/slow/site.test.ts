// The site: it builds without a warning, offline, and a reader can use it.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureProgram } from '@session-lab/services';
import express from 'express';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markdownFiles, root } from '../tools/pages.ts';

const built = mkdtempSync(join(tmpdir(), 'session-lab-site-'));
let said: string;
let url: string;
let browser: Browser;
let server: ReturnType<express.Express['listen']>;

beforeAll(async () => {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['run', 'site', '-w', 'docs', '--', '--outDir', built];
  const { stdout, stderr } = await promisify(execFile)(npm, args, {
    cwd: root,
    shell: process.platform === 'win32',
  });
  said = stdout + stderr;
  const app = express().use(express.static(built, { extensions: ['html'] }));
  server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const executablePath = await ensureProgram('chromium');
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}, 300_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
  rmSync(built, { recursive: true, force: true });
});

/** The pages of docs/ themselves, as paths of the site. */
const paths = markdownFiles()
  .filter((file) => file.startsWith('docs/') && !file.includes('/source/'))
  .map((file) => `/${file.slice('docs/'.length)}`.replace(/(README|index)?\.md$/, ''));

it('builds without a warning', () => {
  expect(said).toContain('build complete');
  expect(said).not.toMatch(/warn|\(!\)|error/i);
});

it('has the API, and the source that the pages speak of', () => {
  expect(readdirSync(join(built, 'api'))).toContain('index.html');
  expect(readdirSync(join(built, 'source', 'examples', 'redis', 'src'))).toContain('app.ts.html');
});

describe.each([
  { device: 'a phone', width: 360, height: 740 },
  { device: 'a desk', width: 1280, height: 900 },
])('on $device', ({ width, height }) => {
  it.each(paths)('%s is there, fits, and asks no other host', async (path) => {
    const { page, faults } = await open(path, { width, height });
    expect(await page.locator('h1').count()).toBe(1);
    const tooWide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(tooWide).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
    await page.close();
  });
});

it('finds a page by a word', async () => {
  const { page } = await open('/', { width: 1280, height: 900 });
  await page.getByRole('button', { name: 'Search' }).first().click();
  await page.locator('#localsearch-input').fill('fixation');
  await page.locator('#localsearch-list a').first().click();
  await page.waitForURL(/fixation/);
  await page.close();
});

async function open(path: string, viewport: { width: number; height: number }) {
  const page = await browser.newPage({ viewport });
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) {
      faults.push(`asks ${request.url()}`);
    }
  });
  await page.goto(url + path, { waitUntil: 'networkidle' });
  return { page, faults } satisfies { page: Page; faults: string[] };
}
