// `npm run workshop`
import { runWorkshop } from './command.ts';
import { sessionLab } from './course.ts';

await runWorkshop(sessionLab);
