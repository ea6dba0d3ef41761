// The three places where a session is seen.
import type { Exchange, Kept, XRay } from '../src/page/api.ts';
import { duration, short, veiled } from './parts.tsx';
import { Words } from './words.tsx';

interface CookieProps {
  data: XRay;
  isRevealed: boolean;
  setRevealed(isRevealed: boolean): void;
}

export function CookiePane({ data: { cookie, pastIds }, isRevealed, setRevealed }: CookieProps) {
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

interface WireProps {
  wire: readonly Exchange[];
  isTwo: boolean;
  isRevealed: boolean;
}

export function WirePane({ wire, isTwo, isRevealed }: WireProps) {
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

export function StorePane({ data: { kept, cookie, endsInMs } }: { data: XRay }) {
  if (!cookie) return <p>No cookie, so there is nothing to look for.</p>;
  if (kept.length === 0)
    return <p>Of Sentinels or a cluster, the lab does not know which to ask.</p>;
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
