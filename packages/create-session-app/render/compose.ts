import type { Example, ServiceName } from '../../lab/src/examples.ts';
import { read } from './repository.ts';

const images = read('docker-compose.yml');

/** The image that the repository's own compose file has, so that there is one place to change it. */
function imageOf(store: ServiceName): string {
  const [, image] = new RegExp(`^ {4}image: (${store}:\\S+)$`, 'm').exec(images) ?? [];
  if (!image) throw new Error(`docker-compose.yml has no image of ${store}`);
  return image;
}

const services: Record<ServiceName, () => string> = {
  redis: () => `  redis:
    image: ${imageOf('redis')}
    # On the disk, flushed once a second: a crash logs nobody out, or those of the last second.
    command:
      - redis-server
      - --requirepass
      - \${REDIS_PASSWORD:?.env has it}
      - --appendonly
      - 'yes'
      - --appendfsync
      - everysec
      - --save
      - ''
    # For the health check: redis-cli reads it.
    environment:
      REDISCLI_AUTH: \${REDIS_PASSWORD:?.env has it}
    # On loopback only.
    ports: ['127.0.0.1:6379:6379']
    volumes:
      - redis-data:/data
    healthcheck:
      test: [CMD-SHELL, 'redis-cli ping | grep -q PONG']
      interval: 5s
      timeout: 3s
      retries: 12
`,
  postgres: () => `  postgres:
    image: ${imageOf('postgres')}
    environment:
      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:?.env has it}
      POSTGRES_INITDB_ARGS: --encoding=UTF8 --locale=C
      OWNER_PASSWORD: \${OWNER_PASSWORD:?.env has it}
      APP_PASSWORD: \${APP_PASSWORD:?.env has it}
    # On loopback only.
    ports: ['127.0.0.1:5432:5432']
    volumes:
      - ./docker/roles.sql:/docker-entrypoint-initdb.d/roles.sql:ro
      # Not …/data: since 18, the image has a folder for each version in here.
      - postgres-data:/var/lib/postgresql
    healthcheck:
      # Over TCP: while roles.sql runs, the server answers on its Unix socket only.
      test: [CMD, pg_isready, -h, 127.0.0.1, -d, sessions]
      interval: 5s
      timeout: 3s
      retries: 12
`,
};

/** The stores of an example, for development. Their passwords come from .env. */
export function composeFile({ needs }: Example): string {
  return `# What the server keeps its sessions in, for development: docker compose up --detach --wait
name: __APP_NAME__

services:
${needs.map((store) => services[store]()).join('\n')}
volumes:
${needs.map((store) => `  ${store}-data:\n`).join('')}`;
}
