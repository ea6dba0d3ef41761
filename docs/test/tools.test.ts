import { slug } from 'github-slugger';
import { describe, expect, it } from 'vitest';
import { sequence } from '../.vitepress/sequence.ts';
import { sitePath } from '../.vitepress/site-path.ts';
import { isShown } from '../tools/commands.ts';
import { fencesOf, fill } from '../tools/fences.ts';
import { textOf, withoutCode } from '../tools/links.ts';
import { regionOf } from '../tools/region.ts';

const PAGE = [
  '# A page',
  '```sh',
  'npm start',
  '```',
  '',
  '```text output',
  'up',
  '```',
  'Words.',
  '````md file=a.md#part',
  '```',
  '````',
  '',
].join('\n');

describe('blocks', () => {
  it('are found with what their first line says', () => {
    expect(fencesOf(PAGE)).toEqual([
      { info: 'sh', language: 'sh', words: {}, body: 'npm start\n', line: 2, follows: false },
      {
        info: 'text output',
        language: 'text',
        words: { output: '' },
        body: 'up\n',
        line: 6,
        follows: true,
      },
      {
        info: 'md file=a.md#part',
        language: 'md',
        words: { file: 'a.md#part' },
        body: '```\n',
        line: 10,
        follows: false,
      },
    ]);
  });

  it('are filled in, and nothing else changes', () => {
    const filled = fill(PAGE, ({ language }) => (language === 'md' ? 'new $& text\n' : undefined));
    expect(filled).toBe(PAGE.replace('#part\n```\n', '#part\nnew $$& text\n'));
  });
});

describe('a region', () => {
  it('is a declaration with its comment', () => {
    expect(regionOf('packages/security-helpers/src/clock.ts#Clock')).toBe(
      [
        '/** Where "now" comes from. Injected everywhere, so that tests turn hours in microseconds. */',
        'export interface Clock {',
        '  /** Milliseconds since the Unix epoch, UTC. */',
        '  now(): number;',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('is a method, without its margin', () => {
    expect(regionOf('packages/security-helpers/src/clock.ts#ManualClock.advance')).toBe(
      [
        '/** @param ms how far to move on, in milliseconds. */',
        'advance(ms: number): void {',
        '  this.#now += ms;',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('that is not there is an error', () => {
    expect(() => regionOf('packages/security-helpers/src/clock.ts#nothing')).toThrow('has nothing');
    expect(() => regionOf('packages/security-helpers/src/clock.ts#advance')).toThrow('has nothing');
    expect(() => regionOf('docs/test/tools.test.ts#PAGE')).not.toThrow();
  });
});

describe('an output', () => {
  const output = 'one\ntwo 2 three\nfour  \nfive\n';

  it.each([
    ['one\ntwo 2 three\n', true],
    ['two … three\nfour\n', true],
    ['one\n…\nfive\n', true],
    ['one\n…\ntwo 2 three\n', true],
    ['one\nfour\n', false],
    ['two\n', false],
    ['five\n…\none\n', false],
    ['t.o 2 three\n', false],
  ])('is as it is shown, or it is not: %j', (shown, is) => {
    expect(isShown(shown, output)).toBe(is);
  });
});

describe('links', () => {
  it('in code are none', () => {
    expect(withoutCode('a `[b](c)` d\n```md\n[e](f)\n```\n[g](h)')).not.toMatch(/\]\((c|f)\)/);
  });

  it('to headings are as GitHub makes them', () => {
    expect(slug(textOf('What `npm start` does, “really”: a [link](x.md)'))).toBe(
      'what-npm-start-does-really-a-link',
    );
  });

  it.each([
    ['docs/learn/cookies.md', './ids.md#how', '/learn/ids.html#how'],
    ['docs/learn/cookies.md', '../benchmarks/README.md', '/benchmarks/'],
    [
      'docs/learn/cookies.md',
      '../../examples/redis/src/app.ts#L3',
      '/source/examples/redis/src/app.ts.html#L3',
    ],
    ['docs/outages.md', '../examples/redis', '/source/examples/redis/'],
    ['examples/redis/README.md', '../../docs/outages.md', '/outages.html'],
    ['docs/outages.md', 'https://example.org/a.md', 'https://example.org/a.md'],
    ['docs/outages.md', '#redis', '#redis'],
  ])('lead on the site from %s by %s to %s', (page, href, path) => {
    expect(sitePath(page, href)).toBe(path);
  });
});

describe('a diagram', () => {
  it('is drawn as text that can be read aloud', () => {
    const drawn = sequence(
      'sequenceDiagram\n  participant A as Ada\n  participant S as shop\n  A->>S: GET /<br/>no cookie\n  Note over A,S: <later>\n',
    );
    expect(drawn).toContain('Ada to shop: </span><b>GET /</b><small>no cookie</small>');
    expect(drawn).toContain('&#60;later&#62;');
  });

  it('of another kind is an error, not a gap', () => {
    expect(() => sequence('graph TD\n')).toThrow('cannot draw');
    expect(() => sequence('sequenceDiagram\n  loop x\n')).toThrow('cannot draw');
  });
});
