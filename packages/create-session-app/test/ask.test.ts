import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { ask, Cancelled } from '../src/ask.ts';
import { readArguments } from '../src/choices.ts';
import { temporaryFolder } from './support.ts';

const [DOWN, ENTER, CTRL_C] = ['\x1b[B', '\r', '\x03'];

/** Asks somebody who waits for each of these questions, and then types. */
async function interview(args: string[], folder: string, answers: readonly [string, string][]) {
  const terminal = { input: new PassThrough(), output: new PassThrough() };
  let shown = '';
  terminal.output.on('data', (chunk) => {
    shown += chunk;
  });
  const asked = ask(readArguments(args), (path) => join(folder, path), terminal);
  asked.catch(() => undefined); // it is looked at below
  for (const [question, keys] of answers) {
    await expect.poll(() => shown).toContain(question);
    shown = '';
    terminal.input.write(keys);
  }
  return asked;
}

it('asks for what was not said', async () => {
  const choices = await interview([], temporaryFolder(), [
    ['Where should sessions live?', DOWN + ENTER],
    ['In which folder', `my-app${ENTER}`],
    ['Run npm install there?', `n`],
  ]);
  expect(choices).toMatchObject({ example: 'redis', folder: 'my-app', install: false });
});

it('does not ask for what was said', async () => {
  const choices = await interview(['koa', '--no-install'], temporaryFolder(), [
    ['In which folder', `my-app${ENTER}`],
  ]);
  expect(choices).toMatchObject({ example: 'koa', folder: 'my-app', install: false });
});

it('says at once what is wrong with a folder, and asks again', async () => {
  const place = temporaryFolder();
  mkdirSync(join(place, 'full'));
  writeFileSync(join(place, 'full/file'), '');
  const choices = await interview(['koa', '--no-install'], place, [
    ['In which folder', `full${ENTER}`],
    ['is not empty', `er${ENTER}`],
  ]);
  expect(choices.folder).toBe('fuller');
});

it('takes the folder that it proposes from who just presses Enter', async () => {
  const choices = await interview(['koa', '--no-install'], temporaryFolder(), [
    ['In which folder', ENTER],
  ]);
  expect(choices.folder).toBe('my-app');
});

it('looks at the folder that it proposes, too', async () => {
  const place = temporaryFolder();
  mkdirSync(join(place, 'my-app'));
  writeFileSync(join(place, 'my-app/file'), '');
  const asked = interview(['koa', '--no-install'], place, [
    ['In which folder', ENTER],
    ['is not empty', CTRL_C],
  ]);
  await expect(asked).rejects.toThrow(Cancelled);
});

it('ends at Ctrl-C', async () => {
  const asked = interview([], temporaryFolder(), [['Where should', CTRL_C]]);
  await expect(asked).rejects.toThrow(Cancelled);
});
