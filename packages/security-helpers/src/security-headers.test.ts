import { expect, it } from 'vitest';
import { CLEAR_SITE_DATA, securityHeaders } from './security-headers.ts';

it('lets a page have exactly the style sheet that it names, and else nothing', () => {
  const csp = (styleHash?: string) => securityHeaders(styleHash)['Content-Security-Policy'] ?? '';
  expect(csp()).not.toContain('style-src');
  expect(csp('sha256-abc=')).toContain("; style-src 'sha256-abc='; ");
  for (const policy of [csp(), csp('sha256-abc=')]) {
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  }
});

it('opens answers to no other origin', () => {
  const names = Object.keys(securityHeaders());
  expect(names.filter((name) => /^access-control/i.test(name))).toEqual([]);
});

it('does not end the sessions of sibling hosts at a logout', () => {
  expect(CLEAR_SITE_DATA).not.toContain('cookies');
});
