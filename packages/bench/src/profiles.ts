import type { Job, Send } from './load.ts';

/** What is sent, and by how many at a time. */
export interface Profile {
  name: string;
  /** In a table. */
  title: string;
  sends: readonly Send[];
  connections: number;
  /** How many users there are, each with a session: connections take them in turn. */
  sessions: number;
  until: Job['until'];
  /** Whether each round begins with new sessions: a cart that grows is another measurement. */
  fresh: boolean;
}

/** People with a connection and a session each, who click now and then. */
export interface CrowdProfile {
  name: string;
  title: string;
  people: number;
  /** All of them together. */
  perSecond: number;
  seconds: number;
}

export interface Plan {
  name: 'quick' | 'full';
  rounds: number;
  /** Servers that are not measured, by name. */
  leavesOut: readonly string[];
  /** V8 compiles what is used: before some thousand requests, a server takes four times as long. */
  warmUpSeconds: number;
  profiles: readonly Profile[];
}

export interface CrowdPlan {
  name: Plan['name'];
  rounds: number;
  leavesOut: readonly string[];
  crowds: readonly CrowdProfile[];
}

const read: Send = { method: 'GET', path: '/profile', body: '' };
const write: Send = { method: 'POST', path: '/cart', body: '{"item":"an apple"}' };

const reads = (connections: number, seconds: number): Profile => ({
  name: `read-${connections}`,
  title: `GET /profile, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
  sends: [read],
  connections,
  sessions: connections,
  until: { seconds },
  fresh: false,
});

const writes = (connections: number, requestsEach: number): Profile => ({
  name: `write-${connections}`,
  title: `POST /cart, ${connections} connections`,
  sends: [write],
  connections,
  sessions: connections,
  until: { requestsEach },
  fresh: true,
});

/** @param of this many requests one writes. */
const mixed = (name: string, of: number, requestsEach: number): Profile => ({
  ...writes(50, requestsEach),
  name,
  title: `One POST /cart for ${of - 1} GET /profile, 50 connections`,
  sends: [...Array.from({ length: of - 1 }, () => read), write],
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
  rounds: 3,
  leavesOut: ['stock-iron'],
  warmUpSeconds: 4,
  profiles: [reads(1, 0.5), reads(50, 1), writes(50, 20)],
};

export const full: Plan = {
  name: 'full',
  rounds: 5,
  leavesOut: [],
  warmUpSeconds: 10,
  profiles: [
    reads(1, 3),
    reads(50, 3),
    reads(200, 3),
    manyUsers,
    writes(50, 60),
    mixed('read-heavy', 20, 100),
    mixed('write-heavy', 2, 100),
  ],
};

const inWords = (count: number) => count.toLocaleString('en');

const crowd = (people: number, perSecond: number, seconds: number): CrowdProfile => ({
  name: `users-${people}`,
  title: `${inWords(people)} connected users, ${inWords(perSecond)} GET /profile a second`,
  people,
  perSecond,
  seconds,
});

export const quickCrowds: CrowdPlan = {
  name: 'quick',
  rounds: 1,
  leavesOut: ['stock-iron'],
  crowds: [crowd(100, 100, 1), crowd(500, 100, 1)],
};

/** A hundred who click each second, and ten thousand who click every ten. */
export const fullCrowds: CrowdPlan = {
  name: 'full',
  rounds: 3,
  leavesOut: ['stock-iron'],
  crowds: [crowd(100, 100, 5), crowd(10_000, 1000, 8)],
};

export const mostPeople = ({ crowds }: CrowdPlan): number =>
  Math.max(...crowds.map(({ people }) => people));

/** How many sessions of one server are in use at a time, at most. */
export const mostSessions = ({ profiles }: Plan): number =>
  Math.max(...profiles.map(({ sessions }) => sessions));
