import type { ComponentChildren } from 'preact';
import type { CookieInWords } from '../src/page/api.ts';
import { short, veiled } from './parts.tsx';

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
