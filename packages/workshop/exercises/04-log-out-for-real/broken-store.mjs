// Loaded before the shop (NODE_OPTIONS): its store cannot end a session, as if out of reach.
import session from 'express-session';

const { destroy } = session.MemoryStore.prototype;
session.MemoryStore.prototype.destroy = function (id, done) {
  if (!this.sessions[id]) return destroy.call(this, id, done);
  setImmediate(() => done?.(new Error('The store does not answer.')));
};
