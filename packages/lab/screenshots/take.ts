// `npm run screenshots`: the pictures of docs/lab.md, out of the lab page as it is.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openChromium } from '../slow/browser.ts';
import { spawnLab } from '../slow/page-lab.ts';
import { root } from '../src/folders.ts';
import { runCommand } from '../src/run-command.ts';

interface Picture {
  name: string;
  view: string;
  colorScheme?: 'dark';
  /** The names of buttons, in the order in which they are pressed. */
  press?: readonly string[];
}

const pictures: readonly Picture[] = [
  { name: 'lab-overview', view: '' },
  {
    name: 'lab-login',
    view: 'x-ray/redis',
    press: ['Put an apple into the cart', 'Log in as Ada', 'Try the crossed-out id'],
  },
  {
    name: 'lab-plug',
    view: 'x-ray/memory',
    colorScheme: 'dark',
    press: ['Log in as Ada', 'kill -9 the app', 'Start it again'],
  },
  { name: 'lab-attack', view: 'attacks', press: ['Play it'] },
  { name: 'lab-decide', view: 'decide' },
];

await runCommand(async () => {
  const lab = await spawnLab();
  try {
    const chromium = await openChromium();
    for (const { name, view, colorScheme = 'light', press = [] } of pictures) {
      const viewport = { width: 1280, height: 1000 };
      const page = await chromium.newPage({ viewport, colorScheme });
      await page.goto(`${lab.page}#/${view}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      for (const button of press) await pressAndWait(page, button);
      await page.waitForTimeout(1500); // the numbers of the overview come once a second
      await page.screenshot({ path: join(root, 'docs', 'images', `${name}.png`), fullPage: true });
      await page.close();
    }
    await chromium.close();
  } finally {
    await lab.stop();
  }
  return 0;
});

async function pressAndWait(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await page.locator('.status:empty').waitFor({ state: 'attached' });
}
