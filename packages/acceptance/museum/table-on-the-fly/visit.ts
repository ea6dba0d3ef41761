import { startPostgres } from '@session-lab/services';
import type { Exhibit } from '../exhibit.ts';

export const visit: Exhibit['visit'] = async (open) => {
  const postgres = await startPostgres();
  try {
    const { person } = await open({ POSTGRES_URL: postgres.url });
    await postgres.stop();
    const whileAway = await person('visitor').post('/cart', { item: 'apple' });
    const first = await replay(person('visitor'), whileAway.setCookies[0]);
    await postgres.restart();
    // Postgres answers again; a request with a cookie asks it.
    const after = await replay(person('visitor'), whileAway.setCookies[0]);
    const won = first >= 500 && after >= 500;
    const evidence = won
      ? `${first} while Postgres is away, and ${after} when it is back: until the next restart`
      : `${first} while Postgres is away, and ${after} when it is back`;
    return { won, evidence };
  } finally {
    await postgres.close();
  }
};

async function replay(
  person: { get(path: string, sent: object): Promise<{ status: number }> },
  line = '',
): Promise<number> {
  const [cookie] = line.split(';');
  return (await person.get('/cart', { headers: { cookie } })).status;
}
