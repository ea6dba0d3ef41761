// Carries a Dockerfile out without Docker: into a folder, with the Node of this machine that the base
// image stands for. What it does not know it refuses: a step left out would prove nothing.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, join, posix, relative, sep } from 'node:path';
import dockerignore from '@balena/dockerignore';
import {
  DockerfileParser,
  type Env,
  type Instruction,
  ModifiableInstruction,
} from 'dockerfile-ast';

// They change how fast a build is, or how often a container is asked.
const HARMLESS_FLAG = /^(RUN --mount=type=cache,|HEALTHCHECK --(interval|timeout|start-period)=)/;

const RUN_LIMIT_MS = 100_000;

type Values = Record<string, string>;

/** What `docker build` makes, as a folder. */
export interface Image {
  /** The working directory in which `command` and `healthcheck` run. */
  folder: string;
  env: Values;
  command: string[];
  /** For a shell. */
  healthcheck: string;
  user: string;
}

export interface Build {
  context: string;
  args: Values;
  /** An empty folder: the root of the image. */
  into: string;
  /** The full path of the program that is `node` in there. */
  node: string;
}

/** @throws Error for a step that fails or that is not known here. */
export function build(dockerfile: string, { context, args, into, node }: Build): Image {
  const image: Image = { folder: into, env: {}, command: [], healthcheck: '', user: 'root' };
  const declared: Values = {};
  const PATH = [dirname(node), process.env['PATH']].join(delimiter);
  const ignored = ignoredIn(context);
  let workdir = '/';

  const expand = (text: string) =>
    text.replace(/\$\{(\w+)\}|\$(\w+)/g, (_, braced?: string, bare?: string) => {
      const value = { ...declared, ...image.env }[braced ?? bare ?? ''];
      if (value === undefined) throw new Error(`${text}: there is no such variable`);
      return value;
    });
  const place = (path: string) => {
    const found = join(into, posix.resolve(workdir, expand(path)));
    return path.endsWith('/') ? found + sep : found;
  };

  const steps: Record<string, (step: Instruction, words: string[]) => void> = {
    FROM: () => undefined,
    ARG(_, [name = '']) {
      const value = args[name];
      if (value === undefined) throw new Error(`--build-arg ${name}=… is missing`);
      declared[name] = value;
    },
    ENV(step) {
      for (const property of (step as Env).getProperties()) {
        image.env[property.getName()] = expand(property.getValue() ?? '');
      }
    },
    WORKDIR(_, [path = '']) {
      workdir = posix.resolve(workdir, expand(path));
      image.folder = join(into, workdir);
      mkdirSync(image.folder, { recursive: true });
    },
    COPY(step, words) {
      const target = place(words.pop() ?? '');
      for (const source of words.map(expand)) {
        const from = join(context, source);
        if (ignored(source)) throw new Error(`${step}: .dockerignore keeps ${source} away`);
        const isFolder = statSync(from).isDirectory();
        const to = !isFolder && target.endsWith(sep) ? join(target, basename(source)) : target;
        cpSync(from, to, {
          recursive: true,
          filter: (path) => !ignored(relative(context, path)),
        });
      }
    },
    RUN(step) {
      const command = step.getArgumentsContent() ?? '';
      if (/(^|\s)\/\w/.test(command)) throw new Error(`${command}: that would leave the folder`);
      const env = { ...ofTheBuilder(), ...declared, ...image.env, PATH };
      const ran = spawnSync('sh', ['-c', command], {
        cwd: image.folder,
        env,
        encoding: 'utf8',
        timeout: RUN_LIMIT_MS,
      });
      if (ran.status !== 0) throw new Error(`${command} failed:\n${ran.stdout}${ran.stderr}`);
      if (/warn/i.test(ran.stderr)) throw new Error(`${command} warns:\n${ran.stderr}`);
    },
    USER(_, [name = '']) {
      image.user = name;
    },
    EXPOSE: (_, words) => void words.map(expand),
    HEALTHCHECK(step) {
      const [, command] = /^CMD (.+)$/s.exec(step.getArgumentsContent() ?? '') ?? [];
      if (!command) throw new Error(`${step}: only CMD is known here`);
      image.healthcheck = command;
    },
    CMD(step) {
      image.command = JSON.parse(step.getArgumentsContent() ?? '') as string[];
    },
  };

  for (const step of DockerfileParser.parse(dockerfile).getInstructions()) {
    const carryOut = steps[step.getKeyword()];
    if (!carryOut) throw new Error(`${step.getKeyword()} is not known here`);
    for (const flag of step instanceof ModifiableInstruction ? step.getFlags() : []) {
      if (!HARMLESS_FLAG.test(`${step.getKeyword()} ${flag}`)) {
        throw new Error(`${step.getKeyword()} ${flag} is not known here`);
      }
    }
    carryOut(
      step,
      step.getArguments().map((word) => word.getValue()),
    );
  }
  image.env['PATH'] = PATH;
  return image;
}

/** Proxies and certificates are the builder's; what the npm that runs the tests has set is not. */
function ofTheBuilder(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_OPTIONS$/i.test(name));
  return Object.fromEntries(own);
}

/** Whether `.dockerignore` keeps a path out of the build. */
export function ignoredIn(context: string): (path: string) => boolean {
  const rules = dockerignore.default().add(readFileSync(join(context, '.dockerignore'), 'utf8'));
  return (path) => rules.ignores(path);
}
