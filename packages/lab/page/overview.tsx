import type { Card, Overview } from '../src/page/api.ts';
import { post, useStream, useWork } from './link.ts';
import { Lost, Status } from './parts.tsx';

export function OverviewPage() {
  const { data, isLost } = useStream<Overview>('api/events');
  const { busy, problem, run } = useWork();
  return (
    <>
      <h1>Five examples, one login each</h1>
      <p class="lead">
        The same shop, five places for its sessions. Open an X-ray, press <b>Log in as Ada</b>, then
        pull a plug, <b>kill -9, start it again</b> for instance: memory forgets you, the others do
        not.
      </p>
      <Lost isLost={isLost} />
      <Status busy={busy} problem={problem} />
      <ul class="cards">
        {data?.cards.map((card) => (
          <CardView key={card.name} card={card} isBusy={busy !== null} run={run} />
        ))}
      </ul>
      <section class="accounts">
        <h2>Two accounts, on all of them</h2>
        <table>
          <thead>
            <tr>
              <th scope="col">E-mail address</th>
              <th scope="col">Password</th>
              <th scope="col">Roles</th>
            </tr>
          </thead>
          <tbody>
            {data?.accounts.map(({ email, password, about }) => (
              <tr key={email}>
                <td>{email}</td>
                <td>
                  <code>{password}</code>
                </td>
                <td>{about}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

interface CardProps {
  card: Card;
  isBusy: boolean;
  run: ReturnType<typeof useWork>['run'];
}

function CardView({ card, isBusy, run }: CardProps) {
  const { name, state, url, store, ready, sessions, requestsPerSecond } = card;
  const isUp = state === 'up';
  const what = isUp ? 'stop' : 'start';
  return (
    <li class={`card ${state}`}>
      <h2>{name}</h2>
      <p class="state">
        <span class="dot" aria-hidden="true" /> {state}
        {isUp && (ready ? ', ready' : ', not ready')}
      </p>
      <dl>
        <dt>Sessions in</dt>
        <dd>{store.replace(/ at [^ ,]+/g, '').replace(/^the memory .*/, 'its memory')}</dd>
        <dt>Sessions</dt>
        <dd>{sessions ?? 'no answer'}</dd>
        <dt>Requests/s</dt>
        <dd>{requestsPerSecond}</dd>
      </dl>
      <p class="buttons">
        <a class="button main" href={`#/x-ray/${name}`}>
          X-ray
        </a>
        <button
          type="button"
          disabled={isBusy || state === 'starting'}
          onClick={() => run(`${name}: ${what}`, () => post(`api/examples/${name}/${what}`))}
        >
          {isUp ? 'Stop' : 'Start'}
          <span class="unseen"> {name}</span>
        </button>
        {isUp && (
          <a href={url} target="_blank" rel="noreferrer">
            Its page<span class="unseen"> ({name})</span>
          </a>
        )}
      </p>
    </li>
  );
}
