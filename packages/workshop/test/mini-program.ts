// The program on a mini-course: `node --import tsx test/mini-program.ts <folder> <limits> …`
import { runWorkshop } from '../src/command.ts';
import { miniCourse } from './mini-course.ts';

const [folder = '', limits = '{}', ...args] = process.argv.slice(2);
await runWorkshop(miniCourse(folder, JSON.parse(limits)), args);
