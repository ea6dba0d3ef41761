// Where to keep sessions: six questions, and an answer that says why.

export interface Question {
  id: string;
  text: string;
  options: readonly (readonly [value: string, label: string])[];
}

export const questions = [
  {
    id: 'restart',
    text: 'May everybody be logged out when the app restarts, at each deployment for instance?',
    options: [
      ['no', 'No'],
      ['yes', 'Yes'],
    ],
  },
  {
    id: 'instances',
    text: 'How many processes serve the same users?',
    options: [
      ['one', 'One, and it stays one'],
      ['several', 'Several'],
    ],
  },
  {
    id: 'runs',
    text: 'What do you run, back up and watch already?',
    options: [
      ['nothing', 'Neither'],
      ['postgres', 'Postgres'],
      ['redis', 'Redis'],
      ['both', 'Both'],
    ],
  },
  {
    id: 'outage',
    text: 'The store is away for a minute. What may users see?',
    options: [
      ['wait', '503, and afterwards all is as before'],
      ['goOn', 'Who is there must go on'],
    ],
  },
  {
    id: 'crash',
    text: 'May the store forget the last second of logins and logouts when it crashes?',
    options: [
      ['no', 'No: a logout holds, and who was logged in when is on record'],
      ['yes', 'Yes'],
    ],
  },
  {
    id: 'load',
    text: 'How many requests with a session come in a second?',
    options: [
      ['some', 'Up to some hundreds'],
      ['many', 'Thousands'],
    ],
  },
] as const satisfies readonly Question[];

export type Answers = {
  [Q in (typeof questions)[number] as Q['id']]: Q['options'][number][0];
};

export interface Reason {
  text: string;
  /** Below the repository. */
  doc: string;
}

export interface Decision {
  example: 'memory' | 'redis' | 'postgres' | 'hybrid';
  reasons: readonly Reason[];
}

const SHARE = 'README.md';
const OUTAGES = 'docs/outages.md';
const COSTS = 'docs/commands.md';

export function decide(answers: Answers): Decision {
  const { restart, instances, runs, outage, crash, load } = answers;
  const survives = restart === 'no' || instances === 'several';
  const mustHold = crash === 'no';
  if (outage === 'goOn') return { example: 'hybrid', reasons: hybridReasons(answers) };
  if (!survives && !mustHold) {
    return {
      example: 'memory',
      reasons: [
        {
          text: 'One process, and a restart may log everybody out: nothing to run besides it.',
          doc: SHARE,
        },
        { text: 'A second process would make random logouts: then take another one.', doc: SHARE },
      ],
    };
  }
  if (mustHold && load === 'many' && (runs === 'both' || runs === 'redis')) {
    return { example: 'hybrid', reasons: hybridReasons(answers) };
  }
  if (mustHold || (load === 'some' && runs !== 'redis')) {
    return { example: 'postgres', reasons: postgresReasons(answers) };
  }
  return { example: 'redis', reasons: redisReasons(answers) };
}

function hybridReasons({ outage, crash, load, runs }: Answers): Reason[] {
  return [
    ...(outage === 'goOn'
      ? [{ text: 'With either store away, who is there goes on.', doc: OUTAGES }]
      : []),
    ...(crash === 'no'
      ? [{ text: 'Postgres decides, so that what was confirmed is on a disk.', doc: OUTAGES }]
      : []),
    ...(load === 'many'
      ? [{ text: 'A read is one script in Redis, and Postgres is not asked.', doc: COSTS }]
      : []),
    {
      text: `The price: ${runs === 'both' ? 'two stores decide when you log out' : 'two stores to run'}; a logout needs both.`,
      doc: OUTAGES,
    },
  ];
}

function postgresReasons({ crash, runs, load }: Answers): Reason[] {
  return [
    ...(crash === 'no'
      ? [{ text: 'A commit is on the disk: a crash undoes no logout.', doc: OUTAGES }]
      : []),
    runs === 'postgres' || runs === 'both'
      ? { text: 'You run it already: no other store to back up and to watch.', doc: SHARE }
      : { text: 'One store that keeps what it has confirmed, without a setting.', doc: OUTAGES },
    load === 'some'
      ? { text: 'A read is one prepared SELECT and writes nothing.', doc: COSTS }
      : { text: 'At thousands of requests, measure: Redis asks less of its machine.', doc: COSTS },
    { text: 'While it is away: 503, and nobody is logged out.', doc: OUTAGES },
  ];
}

function redisReasons({ runs, load }: Answers): Reason[] {
  return [
    ...(runs === 'redis' || runs === 'both' ? [{ text: 'You run it already.', doc: SHARE }] : []),
    ...(load === 'many' ? [{ text: 'A read is one GET.', doc: COSTS }] : []),
    { text: 'It deletes what has expired by itself, to the millisecond.', doc: SHARE },
    { text: 'Let it write to disk (AOF): else its restart logs everybody out.', doc: OUTAGES },
    { text: 'While it is away: 503, and nobody is logged out.', doc: OUTAGES },
  ];
}
