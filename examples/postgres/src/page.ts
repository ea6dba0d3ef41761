// The page: plain HTML that works without JavaScript. `html` escapes whatever is put in.

import { cspHash, Html, html, type Problem } from 'security-helpers';
import type { SessionSummary, SessionView } from 'security-helpers/express';
import { where } from './store.ts';
import type { User } from './users.ts';

export interface PageParts {
  name: string;
  user: User | undefined;
  session: SessionView | undefined;
  /** All sessions of that user, this one among them. */
  sessions: readonly SessionSummary[];
  cart: readonly string[];
  csrfToken: string | undefined;
  /** The browser sent a session cookie of ours, but there is no such session. */
  lost: boolean;
  problem: Problem | undefined;
}

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 38rem; margin: 0 auto; padding: 1.5rem; }
h1 { margin-bottom: 0; }
h1 + p { margin-top: 0; opacity: .75; }
section { border: 1px solid #8886; border-radius: .5rem; margin: 1rem 0; }
section { padding: .25rem 1rem 1rem; }
label { display: block; margin: .5rem 0; }
input { box-sizing: border-box; display: block; width: 100%; max-width: 20rem; }
input { font: inherit; padding: .3rem .5rem; }
button { font: inherit; padding: .3rem .9rem; margin-top: .5rem; }
label.check input { display: inline; width: auto; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
li { overflow-wrap: anywhere; }
.problem, .notice { border-left: .3rem solid #c33; padding: .25rem .75rem; }
.notice { border-color: #c90; }
`;

export const styleHash = cspHash(style);

export function renderPage(parts: PageParts): Html {
  const { name, user, session, sessions, cart, csrfToken, lost, problem } = parts;
  // Only with a session: it is the session that a forged form would abuse.
  const token = csrfToken && html`<input type="hidden" name="_csrf" value="${csrfToken}">`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name} example · Session Lab</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<h1>The ${name} example</h1>
<p>Sessions live ${where}.</p>
${problem && html`<p class="problem" role="alert">${problem.message}</p>`}
${lost && LOST}
${user && session ? profile(user, session) : loginForm(token)}
${user && logoutForm(token)}
${cartForm(cart, token)}
${sessions.length > 0 && sessionList(sessions, token)}
${user && passwordForms(token)}
</main>
</body>
</html>
`;
}

const LOST = html`<p class="notice" role="status">
Your browser sent a session cookie, but there is no such session:
it has ended, or the place where sessions live has forgotten it.
</p>`;

const profile = (user: User, session: SessionView) => html`<section>
<h2>Hello, ${user.name}</h2>
<dl>
<dt>Account</dt><dd>${user.email} (${user.roles.join(', ')})</dd>
<dt>This session</dt><dd>${session.handle} — a public name; the id is only in the cookie</dd>
<dt>Began</dt><dd>${time(session.createdAt)}</dd>
<dt>Ends without another request</dt><dd>${time(session.idleExpiresAt)}</dd>
<dt>Ends in any case</dt><dd>${time(session.absoluteExpiresAt)}</dd>
</dl>
</section>`;

const loginForm = (token: Html | '' | undefined) => html`<section>
<h2>Log in</h2>
<form method="post" action="/login">${token || ''}
<label>E-mail address
<input name="email" type="email" required maxlength="254" autocomplete="username"></label>
<label>Password
<input name="password" type="password" required maxlength="128" autocomplete="current-password">
</label>
<label class="check"><input name="remember" type="checkbox" value="true">
Stay logged in when the browser is closed</label>
<button>Log in</button>
</form>
<p>Demo accounts: ada@example.com with lovelace-1815, grace@example.com with hopper-1906.</p>
</section>`;

const logoutForm = (token: Html | '' | undefined) => html`<form method="post" action="/logout">
${token || ''}<button>Log out</button>
</form>`;

const cartForm = (cart: readonly string[], token: Html | '' | undefined) => html`<section>
<h2>Cart</h2>
${cart.length > 0 ? html`<ul>${cart.map((item) => html`<li>${item}</li>`)}</ul>` : 'Empty.'}
<form method="post" action="/cart">${token || ''}
<label>Item
<input name="item" required maxlength="200" autocomplete="off"></label>
<button>Put into the cart</button>
</form>
</section>`;

const sessionList = (
  sessions: readonly SessionSummary[],
  token: Html | '' | undefined,
) => html`<section>
<h2>Your sessions</h2>
<ul>${sessions.map(
  ({ handle, client, createdAt, lastSeenAt, current }) => html`<li>
${client}, since ${time(createdAt)}, last seen ${time(lastSeenAt)}
${current ? html`<strong>(this one)</strong>` : endForm(handle, token)}</li>`,
)}</ul>
${sessions.length > 1 && endOthersForm(token)}
</section>`;

const endOthersForm = (token: Html | '' | undefined) => html`<form method="post"
action="/sessions/end-others">${token || ''}<button>End all others</button></form>`;

const endForm = (handle: string, token: Html | '' | undefined) => html`<form method="post"
action="/sessions/${handle}/end">${token || ''}<button>End it</button></form>`;

const passwordForms = (token: Html | '' | undefined) => html`<section>
<h2>Password</h2>
<form method="post" action="/reauthenticate">${token || ''}
<label>Your password, again
<input name="password" type="password" required maxlength="128" autocomplete="current-password">
</label>
<button>Confirm that it is you</button>
</form>
<form method="post" action="/password">${token || ''}
<label>A new password; for that, log in or confirm it a few minutes before at the most
<input name="newPassword" type="password" required minlength="8" maxlength="128"
autocomplete="new-password"></label>
<button>Change it, and end all other sessions</button>
</form>
</section>`;

const time = (iso: string) =>
  html`<time datetime="${iso}">${iso.replace('T', ' ').slice(0, 19)} UTC</time>`;
