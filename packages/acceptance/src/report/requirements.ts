// What a server-side session must hold up to, numbered. A test names what it proves by `#n` in its
// title; the report (coverage.ts) shows which example has a passing test for which number.

/** must: every example; should: every example that does not say why not; advanced: at least one. */
export type Level = 'must' | 'should' | 'advanced';

export interface Requirement {
  number: number;
  level: Level;
  text: string;
  /** Where the rule comes from. */
  sources: string;
  /** Whether the test run fails without a passing test on every example. */
  promised: boolean;
  /** The examples that cannot have it, and why. */
  doesNotApply: Partial<Record<string, string>>;
}

type Row = readonly [number: number, level: Level, text: string, sources: string];

const SM = 'OWASP Session Management CS';
const CSRF = 'OWASP CSRF Prevention CS';
const COOKIES = 'RFC 6265bis';

const rows: readonly Row[] = [
  // The identifier
  [1, 'must', 'Nobody can guess an id: 256 bits of a secure generator', 'ASVS 7.2.3, 11.5.1'],
  [2, 'must', 'The cookie is opaque: no user, time or counter can be read from it', SM],
  [3, 'must', 'An id of the wrong shape never reaches the store and is no error', SM],
  [
    4,
    'must',
    'An id that the server did not hand out never becomes a session',
    `${SM}; WSTG-SESS-03`,
  ],
  [5, 'must', 'Only the cookie carries the id: not URL, body or another header', 'ASVS 14.2.1'],
  [
    6,
    'must',
    'The id leaves in Set-Cookie only; pages and APIs show a public handle',
    'ASVS 14.2.1',
  ],

  // Fixation and changes of who somebody is
  [
    7,
    'must',
    'A login gives a new id and ends the session it was made in',
    'ASVS 7.2.4; WSTG-SESS-03',
  ],
  [8, 'must', 'Re-authentication, a new password and a new role give a new id too', 'ASVS 7.2.4'],
  [9, 'must', 'Through a login only listed data pass, and no csrf token', `${CSRF}; WSTG-SESS-08`],
  [10, 'must', 'Whoever is half-way through a login or a reset is not logged in', 'WSTG-SESS-08'],
  [11, 'must', 'A login that fails half-way leaves nobody logged in', 'ASVS 16.5.3'],
  [12, 'advanced', 'A long session changes its id; the old one works for seconds only', SM],

  // The cookie
  [13, 'must', 'Scripts cannot read the cookie: HttpOnly wherever it is set', 'ASVS 3.3.4'],
  [14, 'must', 'In production the cookie never crosses plain HTTP', 'ASVS 3.3.1, 12.2.1'],
  [15, 'must', 'The name has the __Host- prefix in production; Path=/, no Domain', 'ASVS 3.3.3'],
  [16, 'must', 'SameSite is written out, and is Lax or Strict', `ASVS 3.3.2; ${COOKIES}`],
  [17, 'should', 'A stored record cannot change the attributes of the cookie', 'ASVS 3.3'],
  [
    18,
    'must',
    'Clearing uses the attributes of setting, so that browsers do it',
    `${COOKIES} §5.7`,
  ],
  [
    19,
    'should',
    'The cookie dies with the browser unless somebody asked otherwise',
    'NIST SP 800-63B §5.1',
  ],
  [20, 'must', 'A forged or damaged cookie is nobody, costs no record and is noticed', SM],
  [
    21,
    'should',
    'Two session cookies in one request are refused, not chosen from',
    `${COOKIES} §4.2.2`,
  ],
  [22, 'should', 'A cookie planted by a sibling domain is not taken for ours', `${COOKIES} §8.6`],
  [23, 'should', 'Who needs no session gets none: pages, health checks, bots', 'ASVS 15.2.2'],

  // How long
  [24, 'must', 'An unused session ends', 'ASVS 7.3.1'],
  [25, 'must', 'A session ends at a fixed time after the login, however busy', 'ASVS 7.3.2'],
  [
    26,
    'must',
    'The server keeps the time; a time that makes no sense is past',
    `${SM}; WSTG-SESS-07`,
  ],
  [27, 'must', 'What has expired leaves the store by itself', 'ASVS 14.2.7'],
  [28, 'must', 'The time zone of a connection changes no verdict (Postgres)', 'ASVS 16.2.2'],

  // Ending, and an overview
  [
    29,
    'must',
    'After logout the old cookie is worthless, on every instance',
    'ASVS 7.4.1; WSTG-SESS-06',
  ],
  [
    30,
    'must',
    'Logout is a protected POST that every page offers; a GET does nothing',
    'ASVS 7.4.4',
  ],
  [31, 'must', 'Logged out is said only once the store has confirmed it', 'ASVS 16.5.3'],
  [32, 'must', 'A request that is still running cannot bring an ended session back', 'ASVS 15.4.2'],
  [33, 'should', 'Logout empties the browser: cookie, cache, Clear-Site-Data', 'ASVS 14.3.1'],
  [34, 'should', 'Users see their own sessions, by handle', 'ASVS 7.5.2'],
  [
    35,
    'should',
    'Users end one or all of their own sessions; an admin those of a user',
    'ASVS 7.4.5, 7.5.2',
  ],
  [36, 'must', 'A new password ends the other sessions', 'ASVS 7.4.3'],
  [
    37,
    'must',
    'A disabled account or a lost role counts from the next request on',
    'ASVS 7.4.2, 8.3.2',
  ],
  [
    38,
    'should',
    'The number of sessions of a user has a limit that parallel logins obey',
    'ASVS 7.1.2',
  ],

  // Logging in
  [39, 'must', 'A sensitive change asks for the password once more', 'ASVS 7.5.1, 7.5.3'],
  [40, 'must', 'Guessing passwords is slowed down, per account and per client', 'ASVS 6.3.1'],
  [41, 'should', 'Answers do not tell which accounts there are', 'ASVS 6.3.8'],
  [42, 'advanced', 'A session that turns up on another client is noticed', SM],

  // Other sites, and caches
  [43, 'must', 'A change needs a token that belongs to the session', `ASVS 3.5.1; ${CSRF}`],
  [44, 'must', 'The token ends with its session and fits no other', CSRF],
  [45, 'must', 'Another site cannot log somebody in to a foreign account', CSRF],
  [
    46,
    'should',
    'Requests of other sites are refused by what the browser says of them',
    'Fetch Metadata',
  ],
  [
    47,
    'must',
    'Reading changes nothing; wrong methods and content types are refused',
    'ASVS 3.5.3, 4.1.4',
  ],
  [48, 'must', 'No other site may read answers: no CORS that sends cookies', 'ASVS 3.4.2'],
  [49, 'must', 'No cache keeps what depends on a session', 'ASVS 14.2.2, 14.3.2'],

  // What is stored
  [50, 'should', 'A copy of the store opens no session: its keys are hashes', 'ASVS 16.2.5'],
  [
    51,
    'advanced',
    'A copy of the store shows no content: records are sealed',
    'ASVS 11.3.2, 11.3.4',
  ],
  [52, 'advanced', 'A record that was moved to another key, or altered, is void', 'ASVS 11.3.3'],
  [53, 'should', 'A record names its key: old keys open, the newest seals', 'ASVS 11.2.2, 13.3.4'],
  [54, 'should', 'A broken record means no session, once, and is removed', 'ASVS 16.5.3'],
  [
    55,
    'must',
    'What is loaded is checked; names with a meaning in JavaScript do no harm',
    'ASVS 15.3.6',
  ],
  [56, 'must', 'No input chooses which field of a session is written', 'ASVS 15.3.3, 15.3.5'],
  [
    57,
    'should',
    'A session holds little, has a maximum size, and never a password',
    'ASVS 14.2.6, 15.3.1',
  ],

  // The connection to the store, secrets, proxies, limits
  [
    58,
    'must',
    'While the store is away nobody is let in, and nobody is told "logged out"',
    'ASVS 16.5.3',
  ],
  [59, 'must', 'A store that hangs is given up on in time', 'ASVS 13.1.2, 13.2.6'],
  [60, 'should', 'When the store is back, the same process serves again', 'ASVS 16.5.2'],
  [61, 'must', 'Cache and database agree that a session is over (hybrid)', 'ASVS 7.4.1, 15.4.2'],
  [
    62,
    'should',
    'In production the line to the store is encrypted and checked',
    'ASVS 12.3.1, 12.3.2',
  ],
  [
    63,
    'should',
    'The account at the store may do what sessions need, and no more',
    'ASVS 13.2.2, 13.2.3',
  ],
  [64, 'must', 'Without a strong secret nothing starts', 'ASVS 11.2.3, 13.3.1'],
  [65, 'must', 'A secret can be replaced without logging anybody out', 'ASVS 13.3.4'],
  [66, 'should', 'Each purpose has a key of its own', 'ASVS 11.1.1, 11.2.4; RFC 5869'],
  [
    67,
    'must',
    'Forwarded headers count only from as many proxies as were configured',
    'ASVS 4.1.3, 15.3.4',
  ],
  [68, 'must', 'Too large or malformed input costs little and tells nothing', 'ASVS 4.2.5, 16.5.1'],

  // The log
  [
    69,
    'should',
    'Every step of a session, and every attempt on it, is an event in the log',
    'ASVS 16.2.1, 16.3.1',
  ],
  [70, 'must', 'No log holds an id, a cookie, a token, a password or a key', 'ASVS 16.2.5'],

  // Several requests of one session
  [
    71,
    'must',
    'Of changes at the same time none is lost: merged, or refused and told',
    'ASVS 15.4.2; CWE-362',
  ],
];

// All of them; a new one waits here until every example has it.
const promised = new Set(Array.from({ length: 71 }, (_, index) => index + 1));

const sameProcess = 'a store in the same process is there whenever the process is';
const noServer = 'its store is no server: there is no line to it, and no account at it';
const oneStore = 'there is one store, and no copy of it';
const noZones = 'its expiry is a number of milliseconds, which no time zone can shift';
const doesNotApply: Partial<Record<number, Requirement['doesNotApply']>> = {
  28: { memory: noZones, redis: noZones, koa: noZones },
  58: { memory: sameProcess },
  59: { memory: sameProcess },
  60: { memory: sameProcess },
  61: { memory: oneStore, redis: oneStore, postgres: oneStore, koa: oneStore },
  62: { memory: noServer },
  63: { memory: noServer },
};

export const requirements: readonly Requirement[] = rows.map(([number, level, text, sources]) => ({
  number,
  level,
  text,
  sources,
  promised: promised.has(number),
  doesNotApply: doesNotApply[number] ?? {},
}));
