// The session cookie that this shop sends when somebody logs in.

/** What is it called? */
export const name = 'connect.sid';

/** How many random bits has its session id? */
export const randomBits = 192;

/** Can everybody who sees the cookie read the session id in it? */
export const idIsReadable = true;

/** Does it say who the user is: an e-mail address, a name, a number? */
export const userIsInIt = false;

/** Is the cart in it? */
export const cartIsInIt = false;

/** Does the shop notice when one character of it was changed? */
export const changeIsNoticed = true;

/** Does a copy of it, in somebody else's browser, open Ada's profile? */
export const copyGetsIn = false;

/** Can script in the shop's pages read it? */
export const scriptCanReadIt = true;
