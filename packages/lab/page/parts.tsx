import type { ComponentChildren } from 'preact';

/** Said aloud by screen readers when it changes. */
export const Status = ({ busy, problem }: { busy: string | null; problem: string | null }) => (
  <p class="status" role="status">
    {problem ? <strong class="bad">{problem}</strong> : busy && `${busy} …`}
  </p>
);

export const Lost = ({ isLost }: { isLost: boolean }) =>
  isLost ? (
    <p class="notice" role="alert">
      The lab does not answer. Was <code>npm start</code> ended? This page waits for it.
    </p>
  ) : null;

export const Pane = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <section class="pane" aria-label={title}>
    <h2>{title}</h2>
    {children}
  </section>
);

/** Enough of it to see whether it is another one. */
export const short = (text: string) =>
  text.length > 14 ? `${text.slice(0, 6)}…${text.slice(-4)}` : text;

/** A duration in milliseconds, as one says it. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/** Signed cookies and ids within a text, shortened unless they are to be seen. */
export const veiled = (text: string, isRevealed: boolean) =>
  isRevealed ? text : text.replace(/[\w%+/.-]{25,}/g, short);
