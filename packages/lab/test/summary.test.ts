import { describe, expect, it } from 'vitest';
import { summary } from '../src/summary.ts';

const memory = { name: 'memory', url: 'http://127.0.0.1:3001', store: 'memory', pid: 71 };
const redis = { name: 'redis', url: 'http://127.0.0.1:3002', store: 'Redis', pid: 4711 };

describe('the table of npm start', () => {
  it('has its columns in line, and both accounts', () => {
    const lines = summary([memory, redis], 'logs').split('\n');
    const [head, first, second] = lines.filter((line) => /^(example|memory|redis) /.test(line));
    expect(first?.indexOf('http')).toBe(head?.indexOf('URL'));
    expect(second?.indexOf('4711')).toBe(head?.indexOf('process'));
    expect(lines.join()).toContain('ada@example.com / lovelace-1815');
    expect(lines.join()).toContain('grace@example.com / hopper-1906');
  });
});
