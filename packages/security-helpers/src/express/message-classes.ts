import { IncomingMessage, type ServerOptions, ServerResponse } from 'node:http';
import type { Express } from 'express';

/**
 * The classes of an application's requests and responses, for the server to make them of.
 *
 * Express gives each request and response another prototype when it comes to them, whereupon nothing
 * holds that V8 has learnt of those before: every property is looked up anew, which takes more time
 * than all that is done for a session. Those that have the right prototype from the beginning keep it
 * (express issue 5998).
 *
 * @example await listen(app, config, messageClasses(app));
 */
export function messageClasses(
  app: Express,
): Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> {
  class AppRequest extends IncomingMessage {}
  class AppResponse<Of extends IncomingMessage = IncomingMessage> extends ServerResponse<Of> {}
  app.request = Object.setPrototypeOf(AppRequest.prototype, app.request);
  app.response = Object.setPrototypeOf(AppResponse.prototype, app.response);
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}
