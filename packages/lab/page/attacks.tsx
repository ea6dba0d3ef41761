import { useEffect, useState } from 'preact/hooks';
import type { AttackTitle, PlayedAttack, Side } from '../src/page/api.ts';
import { get, post, useWork } from './link.ts';
import { Status, veiled } from './parts.tsx';

export function Attacks() {
  const [titles, setTitles] = useState<readonly AttackTitle[]>([]);
  const [id, setId] = useState('');
  const [on, setOn] = useState('');
  const [played, setPlayed] = useState<PlayedAttack>();
  const { busy, problem, run } = useWork();
  const chosen = titles.find((each) => each.id === id) ?? titles[0];
  const where = chosen?.on.includes(on) ? on : chosen?.on[0];

  useEffect(() => {
    run('Reading the attacks', async () => setTitles(await get('api/attacks')));
  }, []);

  const play = async () => {
    if (!chosen) return;
    setPlayed(undefined);
    setPlayed(await post<PlayedAttack>(`api/attacks/${chosen.id}`, { on: where }));
  };
  return (
    <>
      <h1>Attacks</h1>
      <p class="lead">
        The same script plays on a small server with one fault, and on an example, both with real
        stores of their own: nothing you do here touches the sessions of the X-ray.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          run('Playing', play);
        }}
      >
        <label>
          What the attacker does
          <select value={chosen?.id} onChange={({ currentTarget }) => setId(currentTarget.value)}>
            {titles.map((each) => (
              <option key={each.id} value={each.id}>
                {each.title}
              </option>
            ))}
          </select>
        </label>
        <label>
          On the other side
          <select value={where} onChange={({ currentTarget }) => setOn(currentTarget.value)}>
            {chosen?.on.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="main" disabled={busy !== null || !chosen}>
          Play it
        </button>
      </form>
      <Status busy={busy} problem={problem} />
      {played && <Play played={played} />}
    </>
  );
}

function Play({ played: { title, sides, difference } }: { played: PlayedAttack }) {
  return (
    <section aria-label="What happened" class="play">
      <h2>{title}</h2>
      <div class="sides">
        {sides.map((side) => (
          <SideView key={side.title} side={side} />
        ))}
      </div>
      <h2>The lines that make the difference</h2>
      {difference.map(({ sign, file, line, text }) => (
        <figure key={`${file}:${line}`} class="excerpt">
          <figcaption>
            <code>
              {file}:{line}
            </code>
          </figcaption>
          <pre class={sign === '-' ? 'minus' : 'plus'}>
            {text.map((each) => `${sign} ${each}\n`)}
          </pre>
        </figure>
      ))}
    </section>
  );
}

function SideView({ side }: { side: Side }) {
  const { title, won, verdict, evidence, control, exchanges } = side;
  const [first] = exchanges;
  return (
    <article class={`side ${won ? 'won' : 'lost'}`}>
      <h3>{title}</h3>
      <p class="verdict">
        <strong>{verdict}</strong>: {evidence}.
      </p>
      <ol class="exchanges">
        {grouped(exchanges).map(({ who, request, status, setCookies, times }, index) => (
          <li key={index} class={who === first?.who ? 'one' : 'other'}>
            <b>{who}</b> <code>{request}</code> → {status}
            {times > 1 && ` (${times} times)`}
            {setCookies.map((line) => (
              <p key={line} class="set-cookie">
                <mark>Set-Cookie</mark> <code>{veiled(line, false)}</code>
              </p>
            ))}
          </li>
        ))}
      </ol>
      <p class="cost">Control: {control}.</p>
    </article>
  );
}

type Exchange = Side['exchanges'][number];

/** What was repeated without a difference stands there once. */
function grouped(exchanges: readonly Exchange[]): (Exchange & { times: number })[] {
  const found: (Exchange & { times: number })[] = [];
  for (const exchange of exchanges) {
    const last = found.at(-1);
    const text = JSON.stringify({ ...exchange, times: last?.times });
    if (last && text === JSON.stringify(last)) last.times += 1;
    else found.push({ ...exchange, times: 1 });
  }
  return found;
}
