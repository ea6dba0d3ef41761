import { describe, expect, it } from 'vitest';
import { cspHash, Html, html } from './html.ts';

const evil = `<img src=x onerror="alert('1')">&amp;`;
const harmless = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;';

describe('what is put into html`…` is escaped', () => {
  it.each([
    ['in element text', html`<p>${evil}</p>`, `<p>${harmless}</p>`],
    ['in a double-quoted attribute', html`<p title="${evil}">`, `<p title="${harmless}">`],
    ['in a single-quoted attribute', html`<p title='${evil}'>`, `<p title='${harmless}'>`],
    ['in a list', html`${[evil, evil]}`, harmless + harmless],
    ['in a list of lists', html`${[[evil], [[evil]]]}`, harmless + harmless],
    [
      'beside markup in a list',
      html`${[html`<b>${evil}</b>`, evil]}`,
      `<b>${harmless}</b>${harmless}`,
    ],
    ['in markup in markup', html`<i>${html`<b>${evil}</b>`}</i>`, `<i><b>${harmless}</b></i>`],
  ])('%s', (_where, made, expected) => {
    expect(made.text).toBe(expected);
  });

  it('once: what html made is not escaped again', () => {
    expect(html`${html`<br>`}${new Html('<hr>')}`.text).toBe('<br><hr>');
  });

  it('also when it only looks like html', () => {
    // From JSON, with a field of the same name: still no Html.
    const lookalike = { text: '<script>' } as unknown as string;
    expect(() => html`${lookalike}`.text).toThrow(TypeError);
    expect(html`${'<script>'.toString()}`.text).toBe('&lt;script&gt;');
  });
});

it('nothing is shown for undefined, false and an empty list, but zero is a number', () => {
  expect(html`[${undefined}${false}${[]}${''}${0}]`.text).toBe('[0]');
});

it('the text between the values stays as written', () => {
  expect(html`a\n<br>&amp;\\`.text).toBe('a\n<br>&amp;\\');
  expect(`${html`<p>${1}</p>`}`).toBe('<p>1</p>');
});

it('a style sheet is named by its hash, as the CSP specification has it', () => {
  // `printf '' | openssl dgst -sha256 -binary | base64`
  expect(cspHash('')).toBe('sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
});
