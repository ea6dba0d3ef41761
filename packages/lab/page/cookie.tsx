import { useState } from 'preact/hooks';
import type { CookieInWords } from '../src/page/api.ts';
import { post, useWork } from './link.ts';
import { Status } from './parts.tsx';
import { Words } from './words.tsx';
import { names } from './x-ray.tsx';

const samples = [
  'sid=abc; Path=/; HttpOnly; SameSite=Lax',
  '__Host-sid=abc; Path=/; Secure; HttpOnly; SameSite=Lax',
  '__Host-sid=abc; Path=/; Secure; Domain=shop.example',
  'sid=abc; SameSite=None',
  'sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
];

export function CookiePage() {
  const [text, setText] = useState(samples[2] ?? '');
  const [url, setUrl] = useState('https://www.shop.example');
  const [example, setExample] = useState('');
  const [cookie, setCookie] = useState<CookieInWords>();
  const { busy, problem, run } = useWork();
  const explain = async () => {
    const body = { text, url, ...(example && { example }) };
    setCookie(await post<CookieInWords>('api/cookie', body));
  };
  return (
    <>
      <h1>Explain a cookie</h1>
      <p class="lead">
        Paste a <code>Set-Cookie</code> line, or the value of a cookie: what will a browser do with
        it? It goes to the lab on this machine, and nowhere else.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          run('Explaining', explain);
        }}
      >
        <label>
          Set-Cookie line, or value
          <textarea
            value={text}
            required
            maxLength={8192}
            spellcheck={false}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <p class="buttons">
          {samples.map((sample) => (
            <button type="button" key={sample} onClick={() => setText(sample)}>
              <code>{sample}</code>
            </button>
          ))}
        </p>
        <label>
          It came from
          <input
            type="url"
            required
            value={url}
            onInput={({ currentTarget }) => setUrl(currentTarget.value)}
          />
        </label>
        <label>
          Check its signature with the secret of
          <select value={example} onChange={({ currentTarget }) => setExample(currentTarget.value)}>
            <option value="">no example</option>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <button type="submit" class="main" disabled={busy !== null}>
          Explain
        </button>
      </form>
      <Status busy={busy} problem={problem} />
      {cookie && (
        <section class="pane explained" aria-label="In words">
          <Words cookie={cookie} isRevealed={true} />
        </section>
      )}
    </>
  );
}
