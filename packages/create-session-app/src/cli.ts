#!/usr/bin/env node
import { main } from './main.ts';
import { packedTemplate } from './packed-template.ts';
import { runCommand } from './run-command.ts';

await runCommand((args) =>
  main(args, { templateOf: packedTemplate, command: 'npm create session-app --' }),
);
