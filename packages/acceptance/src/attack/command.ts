// `npm run attack [id]`: plays attacks on a server with the fault and on the examples.
import { attacks } from '../../attacks/index.ts';
import { playCommand } from './play-command.ts';

await playCommand({
  command: 'attack',
  names: 'attacks',
  about: `Plays an attack on a small server that has the fault, and on the examples, with real
stores: what is sent, what comes back, who wins, and the lines that decide. Without an id: all, as a
table.`,
  all: attacks,
});
