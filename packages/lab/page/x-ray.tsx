import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Action, CookieInWords, Exchange, Kept, Told, XRay } from '../src/page/api.ts';
import { post, useStream, useWork } from './link.ts';
import { duration, Lost, Pane, Status, short, veiled } from './parts.tsx';

export const names = ['memory', 'redis', 'postgres', 'hybrid', 'koa'];

export function XRayPage({ name }: { name: string }) {
  const { data, isLost } = useStream<XRay>(`api/examples/${name}/events`);
  const { busy, problem, run } = useWork();
  const [isRevealed, setRevealed] = useState(false);
  return (
    <>
      <h1>X-ray: {name}</h1>
      <nav class="tabs" aria-label="Examples">
        {names.map((each) => (
          <a href={`#/x-ray/${each}`} aria-current={each === name ? 'page' : undefined}>
            {each}
          </a>
        ))}
      </nav>
      <Lost isLost={isLost} />
      {data && (
        <>
          <Buttons data={data} isBusy={busy !== null} run={run} />
          <Plugs data={data} isBusy={busy !== null} run={run} />
          <Status busy={busy} problem={problem} />
          <Story told={data.told} />
          <div class="panes">
            <Pane title="Cookie">
              <CookiePane data={data} isRevealed={isRevealed} setRevealed={setRevealed} />
            </Pane>
            <Pane title="Wire">
              <WirePane wire={data.wire} isTwo={data.second !== null} isRevealed={isRevealed} />
            </Pane>
            <Pane title="Store">
              <StorePane data={data} />
            </Pane>
          </div>
        </>
      )}
    </>
  );
}

interface Work {
  data: XRay;
  isBusy: boolean;
  run: ReturnType<typeof useWork>['run'];
}

function Buttons({ data, isBusy, run }: Work) {
  const { card, user, cookie, pastIds } = data;
  const button = (label: string, action: Action, why: string | null = null) => (
    <button
      type="button"
      disabled={isBusy || why !== null}
      title={why ?? undefined}
      onClick={() => run(label, () => post(`api/examples/${card.name}/acts`, action))}
    >
      {label}
    </button>
  );
  const noUser = user ? null : 'Log in first.';
  const noOld = pastIds.length > 0 ? null : 'There is none yet: log in, and out again.';
  return (
    <section class="acts" aria-label="The browser">
      <p class="who">
        The lab is your browser here.{' '}
        {user ? <strong>{user} is logged in.</strong> : 'Nobody is logged in.'}
      </p>
      <p class="buttons">
        {button('Log in as Ada', { do: 'login', as: 'ada' })}
        {button('Log in as Grace', { do: 'login', as: 'grace' })}
        {button('Load the profile', { do: 'profile' })}
        {button('Put an apple into the cart', { do: 'cart' })}
        {button('Give the password again', { do: 'reauthenticate' }, noUser)}
        {button('Log out', { do: 'logout' }, cookie ? null : 'There is no cookie.')}
        {button('Visit the page', { do: 'visit' })}
        {button('Try the crossed-out id', { do: 'old-id' }, noOld)}
        {button('Delete the cookies', { do: 'forget' }, cookie ? null : 'There is no cookie.')}
      </p>
    </section>
  );
}

function Story({ told }: { told: readonly Told[] }) {
  const [last, ...before] = told;
  return (
    <section class="story" aria-label="What happened to the session">
      <div role="status">
        {last ? (
          <Sentence told={last} />
        ) : (
          <p class="said">
            Log in as Ada, then pull a plug: this line says what became of the session.
          </p>
        )}
      </div>
      {before.length > 0 && (
        <details>
          <summary>Before that ({before.length})</summary>
          {before.map((each) => (
            <Sentence key={each.number} told={each} />
          ))}
        </details>
      )}
    </section>
  );
}

const Sentence = ({ told }: { told: Told }) => (
  <p class={`said ${told.tone}`}>
    <strong>{told.plug}.</strong> {told.text}{' '}
    <a href={told.doc.replace(/#.*/, '')} target="_blank" rel="noreferrer">
      {told.doc}
    </a>
  </p>
);

interface CookieProps {
  data: XRay;
  isRevealed: boolean;
  setRevealed(isRevealed: boolean): void;
}

function CookiePane({ data: { cookie, pastIds }, isRevealed, setRevealed }: CookieProps) {
  const past = pastIds.length > 0 && (
    <ul class="past" aria-label="Ids of before">
      {pastIds.map(({ id, why }) => (
        <li key={id}>
          <del>
            <code>{isRevealed ? id : short(id)}</code>
          </del>{' '}
          {why}
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={isRevealed}
          onChange={({ currentTarget }) => setRevealed(currentTarget.checked)}
        />{' '}
        Reveal ids
      </label>
      {cookie ? (
        <Words cookie={cookie} isRevealed={isRevealed}>
          {past}
        </Words>
      ) : (
        <>
          <p>There is no cookie.</p>
          {past}
        </>
      )}
    </>
  );
}

interface WordsProps {
  cookie: CookieInWords;
  isRevealed: boolean;
  /** Stands below its id. */
  children?: ComponentChildren;
}

/** A cookie taken apart. */
export function Words({ cookie, isRevealed, children }: WordsProps) {
  const { name, prefix, value, id, attributes, warnings, fate, signature } = cookie;
  return (
    <>
      <dl class="words">
        {name && (
          <>
            <dt>Name</dt>
            <dd>
              <code>{name}</code> <small>{prefix}</small>
            </dd>
          </>
        )}
        {id && (
          <>
            <dt>Session id</dt>
            <dd>
              <code class="id">{isRevealed ? id : short(id)}</code> <small>256 random bits</small>
              {children}
            </dd>
          </>
        )}
        {!id && (
          <>
            <dt>Value</dt>
            <dd>
              <code>{veiled(value, isRevealed) || 'empty'}</code>
            </dd>
          </>
        )}
        {signature && (
          <>
            <dt>Signature</dt>
            <dd>{signature}</dd>
          </>
        )}
        {attributes.map((each) => (
          <>
            <dt>
              {each.name}
              {each.value && `=${each.value}`}
            </dt>
            <dd>{each.words}</dd>
          </>
        ))}
        <dt>Browser</dt>
        <dd>{fate}</dd>
      </dl>
      {warnings.length > 0 && (
        <ul class="warnings">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </>
  );
}

interface WireProps {
  wire: readonly Exchange[];
  isTwo: boolean;
  isRevealed: boolean;
}

function WirePane({ wire, isTwo, isRevealed }: WireProps) {
  if (wire.length === 0) return <p>No request yet.</p>;
  return (
    <ol class="wire">
      {wire.map((each) => (
        <li key={each.number}>
          <p>
            <span class={`code s${Math.floor((each.status ?? 0) / 100)}`}>
              {each.status ?? 'none'}
            </span>{' '}
            <code>
              {each.method} {each.path}
            </code>{' '}
            <small>
              {each.ms.toFixed(each.ms < 10 ? 1 : 0)} ms{isTwo && `, instance ${each.instance + 1}`}
              {each.layer && `, ${each.layer}`}
            </small>
          </p>
          {each.setCookies.map((line) => (
            <p key={line} class="set-cookie">
              <mark>Set-Cookie</mark> <code>{veiled(line, isRevealed)}</code>
            </p>
          ))}
          <p class="cost">Store: {each.commands.join(', ') || 'not asked'}</p>
          {each.events.length > 0 && <p class="cost">Noted: {each.events.join(', ')}</p>}
        </li>
      ))}
    </ol>
  );
}

function StorePane({ data: { kept, cookie, endsInMs } }: { data: XRay }) {
  if (!cookie) return <p>No cookie, so there is nothing to look for.</p>;
  return (
    <>
      {kept.map((each) => (
        <KeptView key={each.place} kept={each} />
      ))}
      {endsInMs !== null && (
        <p>
          By what is in it, and its own clock, the server ends it in{' '}
          <strong class="ttl">{duration(endsInMs)}</strong>, unless it is used.
        </p>
      )}
    </>
  );
}

function KeptView({ kept: { place, found, sealed, opened, note, ttlMs } }: { kept: Kept }) {
  return (
    <article class="kept">
      <p>
        <code class="place">{place}</code>
      </p>
      {found === null && <p class="notice">The store does not answer.</p>}
      {found === false && <p class="notice">Nothing is there.</p>}
      {ttlMs !== null && (
        <p>
          Time left in the store: <strong class="ttl">{duration(ttlMs)}</strong>
        </p>
      )}
      {note && <p>{note}</p>}
      {sealed && (
        <>
          <h3>Sealed, {sealed.bytes} bytes</h3>
          <p class="sealed">
            <code>
              {sealed.version}.<b>{sealed.key}</b>.{sealed.nonce}.{sealed.text.slice(0, 60)}…
            </code>
          </p>
        </>
      )}
      {opened && (
        <>
          <h3>Opened, in the lab only</h3>
          <pre>{JSON.stringify(opened, readable, 1)}</pre>
        </>
      )}
    </article>
  );
}

/** Times as one reads them. */
const readable = (key: string, value: unknown) =>
  typeof value === 'number' && /(At|Until)$/.test(key)
    ? new Date(value).toISOString().slice(0, 19).replace('T', ' ')
    : value;

function Plugs({ data: { card, plugs, aheadMs }, isBusy, run }: Work) {
  const groups = [...new Set(plugs.map(({ group }) => group))];
  return (
    <section class="plugs" aria-label="Plugs">
      <div class="groups">
        {groups.map((group) => (
          <fieldset key={group}>
            <legend>
              {group}
              {group === 'The clock' && aheadMs > 0 && `, ${duration(aheadMs)} ahead`}
            </legend>
            <div class="buttons">
              {plugs
                .filter((plug) => plug.group === group)
                .map(({ id, label, why }) => (
                  <button
                    type="button"
                    key={id}
                    disabled={isBusy || why !== null}
                    title={why ?? undefined}
                    onClick={() =>
                      run(`${group}: ${label}`, () => post(`api/examples/${card.name}/plugs/${id}`))
                    }
                  >
                    {label}
                  </button>
                ))}
            </div>
          </fieldset>
        ))}
      </div>
    </section>
  );
}
