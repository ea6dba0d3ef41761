// A course of two tiny exercises, whose shop can be built and broken in a few lines.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Course, Limits } from '../src/course.ts';
import { type Exercise, expect as need } from '../src/exercise.ts';

const greet: Exercise = {
  id: '01-greet',
  title: 'Greet',
  files: ['greet.ts'],
  needs: [],
  wrong: [],
  hints: ['Hello?'],
  async check({ start, browser }) {
    const { status } = await browser(await start()).get('/greet');
    need(status === 200, 'rude', `GET /greet answered ${status}.`);
  },
};

const part: Exercise = {
  id: '02-part',
  title: 'Part',
  files: ['part.ts'],
  needs: [],
  starterIs: 'still-here',
  wrong: ['too-loud'],
  hints: ['First hint.', 'Second hint.', 'Third hint.'],
  async check({ start, browser }) {
    const { text } = await browser(await start()).get('/part');
    need(text !== 'still here', 'still-here', 'GET /part answered "still here".');
    need(text === text.toLowerCase(), 'too-loud', `GET /part answered "${text}".`);
  },
};

const server = `import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { greet } from './greet.ts';
import { part } from './part.ts';

const server = createServer((req, res) => {
  res.end(req.url === '/part' ? part() : greet());
}).listen(0, '127.0.0.1', () => {
  console.log(\`listening on http://127.0.0.1:\${(server.address() as AddressInfo).port}\`);
});
process.once('SIGTERM', () => server.close(() => process.exit()));
`;

const say = (name: string, text: string) => `export const ${name} = () => '${text}';\n`;

export const SOLUTION = say('part', 'bye');
export const TOO_LOUD = say('part', 'BYE');

const files: Record<string, string> = {
  'base/server.ts': server,
  'base/package.json': '{ "type": "module" }\n',
  'exercises/01-greet/README.md': '# 01 · Greet\n\nAda comes.\n\n## Your task\n\nNothing.\n',
  'exercises/01-greet/starter/greet.ts': say('greet', 'hello'),
  'exercises/01-greet/solution/greet.ts': say('greet', 'hello'),
  'exercises/02-part/README.md':
    '# 02 · Part\n\nAda *stays*\nand stays.\n\nAnd stays.\n\n## Your task\n\nChange `part.ts`.\n\n' +
    '## Not here\n\nComing back.\n',
  'exercises/02-part/starter/part.ts': say('part', 'still here'),
  'exercises/02-part/solution/part.ts': SOLUTION,
  'exercises/02-part/wrong/too-loud/part.ts': TOO_LOUD,
  'exercises/02-part/wrong/too-loud/why.md': 'Nobody likes\nto be shouted at.\n',
};

const limits: Limits = { startMs: 20_000, answerMs: 10_000, stopMs: 5000, checkMs: 60_000 };

/** A course that lies in a folder already. */
export function miniCourse(folder: string, changed: Partial<Limits> = {}): Course {
  return {
    exercises: [greet, part],
    folder: join(folder, 'exercises'),
    base: [join(folder, 'base')],
    workspace: join(folder, 'workspace'),
    limits: { ...limits, ...changed },
  };
}

/** Writes the course into a new folder. */
export function writeMiniCourse(): string {
  // The real path: it is looked for in what Node prints.
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'workshop-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export const removeMiniCourse = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true });

/** Where the learner writes the answer to the second exercise. */
export const partOf = (folder: string): string => join(folder, 'workspace/02-part/part.ts');

export const read = (path: string): string => readFileSync(path, 'utf8');
