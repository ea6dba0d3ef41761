import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { documents, publish, readResults, writePart } from '../src/publish.ts';
import { cell, requests, run } from './results.ts';

it('what a stage has seen takes the place of what it saw before, and of nothing else', () => {
  const folder = mkdtempSync(`${tmpdir()}/bench-`);
  const read = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');
  try {
    const sizes = [{ server: 'redis', recordBytes: 1024, sessions: 100_000, bytes: 1500 }];
    writePart(folder, 'sizes', { ...run, sizes });
    publish(folder);
    expect(read('README.md')).not.toContain('## Requests');
    for (const rate of [123, 456]) {
      writePart(folder, 'requests', requests([cell('redis', 'read-50', rate)]));
      publish(folder);
      expect(read('README.md')).toMatch(new RegExp(`\\| redis +\\| ${rate} `));
      expect(read('README.md')).toContain('## What sessions take');
    }
    expect(JSON.parse(read('claims.json'))).toContainEqual(
      expect.objectContaining({
        id: 'size',
        here: expect.arrayContaining([
          expect.objectContaining({ seen: { median: 150, min: 150, max: 150, holds: 'yes' } }),
        ]),
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('docs/benchmarks says what its results say: npm run bench -- --report --publish', () => {
  const folder = fileURLToPath(new URL('../../../docs/benchmarks', import.meta.url));
  const written = documents(readResults(folder));
  for (const file of ['README.md', 'claims.json']) {
    expect(readFileSync(`${folder}/${file}`, 'utf8'), file).toBe(written.get(file));
  }
});
