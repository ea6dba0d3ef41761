import { createRequire } from 'node:module';
import { ensureProgram } from '@session-lab/services';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Starts the Chromium of this machine; one is installed where there is none and nobody is asked. */
export async function openChromium(): Promise<Browser> {
  const announce = (line: string) => console.log(line);
  const executablePath = await ensureProgram('chromium', { announce });
  // Root may not use the sandbox; what is shown is from this machine.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe-core finds wrong with a page, a line each. */
export async function violations(page: Page): Promise<string[]> {
  await page.addInitScript({ path: axe });
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('load');
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const found = (await axe.run()).violations;
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}
