// The session cookie that this shop sends when somebody logs in.

/** What is it called? The default of express-session: it names the library to everybody. */
export const name = 'connect.sid';

/** How many random bits has its session id? 24 random bytes: nobody guesses one. */
export const randomBits = 192;

/** Can everybody who sees the cookie read the session id in it? It is signed, not encrypted. */
export const idIsReadable = true;

/** Does it say who the user is? That is in the record, in the store; the id only leads there. */
export const userIsInIt = false;

/** Is the cart in it? In the record too: the cookie stays as short as it was. */
export const cartIsInIt = false;

/** Does the shop notice when one character of it was changed? The signature does not fit. */
export const changeIsNoticed = true;

/** Does a copy of it open Ada's profile? Whoever brings the cookie is Ada. */
export const copyGetsIn = true;

/** Can script in the shop's pages read it? It can, and should not: exercise 02. */
export const scriptCanReadIt = true;
