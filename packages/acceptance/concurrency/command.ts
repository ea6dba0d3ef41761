// `npm run concurrency [id]`: shows what two requests of one session do to each other.
import { playCommand } from '../src/attack/play-command.ts';
import { lessons } from './index.ts';

await playCommand({
  command: 'concurrency',
  names: 'lessons',
  about: `Lets two requests of one session meet, on a server as the libraries' READMEs suggest and
on the examples, with real stores: what is sent, what comes back, how it ends, and the lines that
decide. Without an id: all, as a table. docs/concurrency.md tells the stories.`,
  all: lessons,
});
