import { useState } from 'preact/hooks';
import { type Answers, decide, questions } from './decision.ts';
import { plan, sayBytes, type Wishes } from './plan.ts';

const first: Answers = {
  restart: 'no',
  instances: 'several',
  runs: 'postgres',
  outage: 'wait',
  crash: 'no',
  load: 'some',
};

export function Decide() {
  const [answers, setAnswers] = useState(first);
  const { example, reasons } = decide(answers);
  return (
    <>
      <h1>Decide</h1>
      <div class="decide">
        <form class="questions" aria-label="Six questions">
          {questions.map(({ id, text, options }) => (
            <fieldset key={id}>
              <legend>{text}</legend>
              {options.map(([value, label]) => (
                <label key={value} class="check">
                  <input
                    type="radio"
                    name={id}
                    checked={answers[id] === value}
                    onChange={() => setAnswers({ ...answers, [id]: value })}
                  />{' '}
                  {label}
                </label>
              ))}
            </fieldset>
          ))}
        </form>
        <section class="pane answer" aria-label="Answer" aria-live="polite">
          <h2>
            Take <a href={`#/x-ray/${example}`}>{example}</a>
          </h2>
          <ul>
            {reasons.map(({ text, doc }) => (
              <li key={text}>
                {text}{' '}
                <a href={doc} target="_blank" rel="noreferrer">
                  {doc}
                </a>
              </li>
            ))}
          </ul>
          {example === 'redis' && <p>The koa example does the same, in Koa.</p>}
        </section>
      </div>
      <Planner />
    </>
  );
}

const fields: readonly (readonly [name: keyof Wishes, label: string, most: number])[] = [
  ['users', 'Users who are logged in', 1e9],
  ['sessionsEach', 'Sessions of each', 1000],
  ['recordBytes', 'Bytes of a session, as JSON', 100_000],
  ['idleMinutes', 'Idle timeout, in minutes', 100_000],
];

function Planner() {
  const [wishes, setWishes] = useState<Wishes>({
    users: 100_000,
    sessionsEach: 2,
    recordBytes: 688,
    idleMinutes: 30,
  });
  const { sessions, redisBytes, postgresBytes, writesPerSecond } = plan(wishes);
  return (
    <section aria-label="Capacity">
      <h2>How much of it</h2>
      <form class="wishes" aria-label="Capacity">
        {fields.map(([name, label, most]) => (
          <label key={name}>
            {label}
            <input
              type="number"
              min="1"
              max={most}
              value={wishes[name]}
              onInput={({ currentTarget: { valueAsNumber: value } }) => {
                if (value >= 1 && value <= most) setWishes({ ...wishes, [name]: value });
              }}
            />
          </label>
        ))}
      </form>
      <table aria-live="polite">
        <tbody>
          <tr>
            <th scope="row">Sessions</th>
            <td>{sessions.toLocaleString('en')}</td>
          </tr>
          <tr>
            <th scope="row">Memory of Redis</th>
            <td>{sayBytes(redisBytes)}</td>
          </tr>
          <tr>
            <th scope="row">Size in Postgres, indexes included</th>
            <td>{sayBytes(postgresBytes)}</td>
          </tr>
          <tr>
            <th scope="row">Writes a second, at most</th>
            <td>{Math.ceil(writesPerSecond).toLocaleString('en')}</td>
          </tr>
        </tbody>
      </table>
      <p>
        <small>
          Sizes: as measured (docs/benchmarks), keys, lists and indexes included. Writes: if all are
          in use all the time; a request pushes the expiry once a tenth of the idle time has passed.
        </small>
      </p>
    </section>
  );
}
