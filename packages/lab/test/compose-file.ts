// docker-compose.yml, Dockerfile and what is beside them, as the tests read them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../src/folders.ts';

/** What the tests need of a service. */
export interface Service {
  image?: string;
  build?: { context: string; args: { EXAMPLE: string } };
  profiles?: string[];
  command?: string[];
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
  networks?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
  stop_grace_period: string;
  init: boolean;
  read_only: boolean;
  cap_drop: string[];
  cap_add?: string[];
  security_opt: string[];
}

export const composeText = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
export const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

const { services } = parse(composeText, { merge: true }) as { services: Record<string, Service> };

export { services };

/** The services that serve an example, those of one profile or those of none. */
export function serving(profile?: 'production'): { name: string; service: Service }[] {
  return Object.entries(services)
    .map(([name, service]) => ({ name, service }))
    .filter(({ service }) => service.build && !service.command)
    .filter(({ service }) => service.profiles?.[0] === profile);
}

/** The service that serves an example while somebody works on it. */
export function serviceOf(example: string): Service {
  const found = serving().find(({ service }) => service.build?.args.EXAMPLE === example);
  if (!found) throw new Error(`docker-compose.yml has no service for the ${example} example`);
  return found.service;
}

/** The service that makes its tables, where it has some. */
export function migrationOf(example: string): Service | undefined {
  return Object.values(services).find(
    ({ build, command }) => build?.args.EXAMPLE === example && command?.includes('src/migrate.ts'),
  );
}

/** Puts values in for each `${NAME:?…}`, as Docker Compose does. @throws Error where one is missing */
export function withValues(text: string, values: Partial<Record<string, string>>): string {
  return text.replace(/\$\{(\w+):\?([^}]*)\}/g, (_, name: string, problem: string) => {
    const value = values[name];
    if (!value) throw new Error(`required variable ${name} is missing a value: ${problem}`);
    return value;
  });
}

/** The environment that a service gets. */
export function environmentOf(
  service: Service,
  values: Partial<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service.environment ?? {}).map(([name, value]) => [
      name,
      withValues(String(value), values),
    ]),
  );
}
