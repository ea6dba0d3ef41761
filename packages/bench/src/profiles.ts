import type { Job } from './load.ts';

/** What is sent, and by how many at a time. */
export interface Profile {
  name: string;
  /** In a table. */
  title: string;
  sends: Pick<Job, 'method' | 'path' | 'body'>;
  connections: number;
  /** How many users there are, each with a session: connections take them in turn. */
  sessions: number;
  until: Job['until'];
  /** Whether each round begins with new sessions: a cart that grows is another measurement. */
  fresh: boolean;
}

export interface Plan {
  name: 'quick' | 'full';
  rounds: number;
  /** Servers that are not measured, by name. */
  leavesOut: readonly string[];
  warmUpSeconds: number;
  profiles: readonly Profile[];
}

const read = { method: 'GET', path: '/profile', body: '' } as const;
const write = { method: 'POST', path: '/cart', body: '{"item":"an apple"}' } as const;

const reads = (connections: number, seconds: number): Profile => ({
  name: `read-${connections}`,
  title: `GET /profile, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
  sends: read,
  connections,
  sessions: connections,
  until: { seconds },
  fresh: false,
});

const writes = (connections: number, requestsEach: number): Profile => ({
  name: `write-${connections}`,
  title: `POST /cart, ${connections} connections`,
  sends: write,
  connections,
  sessions: connections,
  until: { requestsEach },
  fresh: true,
});

/** As many people as a small shop has at a time; one process and few connections serve them. */
const manyUsers: Profile = {
  ...reads(50, 3),
  name: 'read-10000',
  title: 'GET /profile, 10,000 users on 50 connections',
  sessions: 10_000,
};

/** In less than three minutes. */
export const quick: Plan = {
  name: 'quick',
  rounds: 5,
  leavesOut: ['stock-iron'],
  warmUpSeconds: 1,
  profiles: [reads(1, 0.5), reads(50, 1), writes(50, 20)],
};

export const full: Plan = {
  name: 'full',
  rounds: 7,
  leavesOut: [],
  warmUpSeconds: 3,
  profiles: [reads(1, 3), reads(50, 3), reads(200, 3), manyUsers, writes(50, 60)],
};

export const mostConnections = ({ profiles }: Plan): number =>
  Math.max(...profiles.map(({ connections }) => connections));

/** How many sessions of one server are in use at a time, at most. */
export const mostSessions = ({ profiles }: Plan): number =>
  Math.max(...profiles.map(({ sessions }) => sessions));
