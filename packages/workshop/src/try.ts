// For who writes an exercise: `npm run try -w @session-lab/workshop -- 03` plays each of its variants.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sessionLab as course } from './course.ts';
import { variantsOf } from './grade.ts';
import { layOut } from './lay.ts';
import { play } from './play.ts';

for (const exercise of course.exercises.filter(({ id }) => id.startsWith(process.argv[2] ?? ''))) {
  for (const variant of variantsOf(exercise)) {
    const into = fileURLToPath(new URL(`../.grading/try-${process.pid}`, import.meta.url));
    try {
      layOut(course, exercise, into, variant);
      console.log(exercise.id, variant, await play(exercise, into, course));
    } finally {
      rmSync(into, { recursive: true, force: true });
    }
  }
}
