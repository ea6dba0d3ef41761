// Preloaded into a server that is measured: takes the types off our sources, and nothing else. tsx
// also gives each function its name when it is made, which costs a fifth of a request; what runs in
// production (Node 24 by itself, or what a compiler has written) does not.
import { register } from 'node:module';

register('./without-types-hooks.mjs', import.meta.url);
