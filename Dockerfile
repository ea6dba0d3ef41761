# One image an example: docker build --build-arg EXAMPLE=redis .
# There is nothing to compile and no tsx: Node 24 takes the types off by itself.
FROM node:24.21.0-alpine
ARG EXAMPLE

# Whoever forgets to say what this is gets the stricter one, which asks for its settings.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app

# What changes seldom comes first: an edited line of source installs nothing again.
COPY package.json package-lock.json .npmrc ./
COPY packages/security-helpers/package.json packages/security-helpers/
COPY examples/${EXAMPLE}/package.json examples/${EXAMPLE}/
# optional: what the helpers need for the other stores and the other framework. The scripts of a
# package would run as root; none of these has one.
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --omit=optional --ignore-scripts \
    --workspace=packages/security-helpers --workspace=examples/${EXAMPLE}

COPY packages/security-helpers/src packages/security-helpers/src
COPY examples/${EXAMPLE}/src examples/${EXAMPLE}/src
WORKDIR /app/examples/${EXAMPLE}

# Owned by root, run by node: who breaks into the server cannot change its code.
USER node
EXPOSE ${PORT}
# Alive, not ready: with a store that is away the answer is 503, and a restart would not help.
HEALTHCHECK --interval=5s --timeout=3s --start-period=15s CMD node -e \
    "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz') \
    .then((answer) => process.exit(answer.ok ? 0 : 1))"
# Not `npm start`: npm would stand between the signals and the server.
CMD ["node", "src/server.ts"]
