import { render } from 'preact';
import { Attacks } from './attacks.tsx';
import { CookiePage } from './cookie.tsx';
import { Decide } from './decide.tsx';
import { useRoute } from './link.ts';
import { OverviewPage } from './overview.tsx';
import { XRayPage } from './x-ray.tsx';

const pages = [
  { at: '', title: 'Overview' },
  { at: 'x-ray', title: 'X-ray' },
  { at: 'attacks', title: 'Attacks' },
  { at: 'cookie', title: 'Explain a cookie' },
  { at: 'decide', title: 'Decide' },
];

function App() {
  const [at, of = 'memory'] = useRoute();
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header>
        <a class="brand" href="#/">
          Session Lab
        </a>
        <nav aria-label="Pages">
          {pages.map((page) => (
            <a href={`#/${page.at}`} aria-current={page.at === at ? 'page' : undefined}>
              {page.title}
            </a>
          ))}
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        {at === '' && <OverviewPage />}
        {at === 'x-ray' && <XRayPage key={of} name={of} />}
        {at === 'attacks' && <Attacks />}
        {at === 'cookie' && <CookiePage />}
        {at === 'decide' && <Decide />}
      </main>
    </>
  );
}

const place = document.getElementById('page');
if (place) render(<App />, place);
