// For who writes an exercise: `node --import tsx src/try.ts 03` plays each of its variants.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exercises } from '../exercises/index.ts';
import { layOut, pathIn } from './lay.ts';
import { play } from './play.ts';

for (const exercise of exercises.filter(({ id }) => id.startsWith(process.argv[2] ?? ''))) {
  const answers = pathIn(exercise, 'wrong');
  const wrong = existsSync(answers) ? readdirSync(answers).map((name) => `wrong/${name}`) : [];
  for (const variant of ['starter', 'solution', ...wrong]) {
    const into = fileURLToPath(new URL(`../.grading/${exercise.id}`, import.meta.url));
    rmSync(into, { recursive: true, force: true });
    layOut(exercise, exercises, into, variant);
    console.log(exercise.id, variant, await play(exercise, into));
  }
}
