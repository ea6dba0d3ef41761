import { useState } from 'preact/hooks';
import type { Action, Told, XRay } from '../src/page/api.ts';
import { post, useStream, useWork } from './link.ts';
import { CookiePane, StorePane, WirePane } from './panes.tsx';
import { duration, Lost, Pane, Status } from './parts.tsx';

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
