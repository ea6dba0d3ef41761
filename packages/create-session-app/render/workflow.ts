import type { Example } from '../../lab/src/examples.ts';

/** Runs in GitHub Actions what `npm run` has: types, lint, tests. */
export function workflow({ needs }: Example): string {
  const redis = needs.includes('redis')
    ? `      # The tests kill and freeze a Redis each: a service container could not be.
      - run: sudo apt-get update && sudo apt-get install --yes redis-server
`
    : '';
  return `name: test

on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

# Who pushes again does not wait for what was pushed before.
concurrency:
  group: \${{ github.workflow }}-\${{ github.ref }}
  cancel-in-progress: true

jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v5
        with: { persist-credentials: false }
      - uses: actions/setup-node@v5
        with: { node-version-file: .nvmrc }
${redis}      # It needs the package-lock.json that npm install has written: commit that.
      - run: npm ci
      - run: npm run typecheck
      - run: npm run lint
      - run: npm test
`;
}
