import type { Plan } from './plan.ts';
import { testNames, type Workspace } from './workspaces.ts';

/** Names each file of tests that did not run: nothing is left out silently. */
export function sayLeftOut({ name, leftOut }: Plan, workspaces: readonly Workspace[]): string {
  const lines = leftOut.map(({ folder, task }) => {
    const workspace = workspaces.find((each) => each.folder === folder);
    const names = workspace ? testNames(workspace, task) : [];
    return `  ${folder}, ${task}: ${names.join(', ')}`;
  });
  if (name === 'test') lines.push('  the report on requirements, which needs all of them');
  return ['Left out, as the tests of these packages need Redis:', ...lines].join('\n');
}
