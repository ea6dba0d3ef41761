import type { Example } from './examples.ts';

/** What is left to do, one command a line. */
export function nextSteps(
  { needs, port }: Example,
  options: { folder: string; installed: boolean },
): string {
  const quoted = /^[\w./\\:-]+$/.test(options.folder) ? options.folder : `"${options.folder}"`;
  const steps = [
    ...(options.folder === '.' ? [] : [`cd ${quoted}`]),
    ...(options.installed ? [] : ['npm install']),
    ...(needs.length > 0 ? ['docker compose up --detach --wait'] : []),
    ...(needs.includes('postgres') ? ['npm run migrate'] : []),
    'npm run dev',
  ];
  const stores =
    needs.length > 0 ? '\nStores of your own, instead of those in Docker: see .env.' : '';
  return `Next:\n${steps.map((step) => `  ${step}\n`).join('')}Then open http://127.0.0.1:${port}${stores}`;
}
