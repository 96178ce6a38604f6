/**
 * The import rules of the house, each with its reason. `npm run check` holds them over every .ts and .svelte file of
 * ours; docs/WHERE.md and the table in docs/decisions/import-rules.md say the same in prose.
 *
 * Tests (`*.test.ts`), what only tests use (`*.testing.ts`, `*.fixture.ts`, `test/`) may import anything: they look at
 * the product from outside. Type-only imports count as imports: who needs another room's types depends on that room.
 */

const TESTS = '(\\.(test|testing|fixture)\\.ts$|^[a-z-]+/test/)';
const OURS = '^(protocol|domain|node|web|db|server|client-web|console|hq|hq-web|appliance|scripts|docs)/';

/** Where the files of `room` may look among ours; the room itself is always allowed. */
function room(name, allowed, reason) {
  return {
    name: `${name}-imports`,
    comment: reason,
    severity: 'error',
    from: { path: `^${name}/`, pathNot: TESTS },
    to: { path: OURS, pathNot: `^(${[name, ...allowed].join('|')})/` },
  };
}

/**
 * Repositories that other features may read: rows of attempts, machines and notices are shown and checked almost
 * everywhere, and each is read in one place only, here. They hold selects alone; every change is an event of the ledger.
 */
const SHARED_REPOS = '^server/(attempts/attempts|machines/machines|kiosk/notices)\\.repo\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    // The rooms of the house
    room(
      'protocol',
      [],
      'The contract stands alone: a stranger can read it, and every other room rests on it.',
    ),
    room(
      'domain',
      ['protocol'],
      'The rules are the same code on the box, at headquarters and in the browser.',
    ),
    room(
      'node',
      ['protocol', 'domain'],
      'Machinery that box, headquarters and scripts share knows none of them.',
    ),
    room(
      'web',
      ['protocol'],
      'What the web applications share must not drag the rules or one application along.',
    ),
    room('db', ['protocol'], 'Schema and opening of a database know the stored shapes only, no rules.'),
    room(
      'server',
      ['protocol', 'domain', 'node', 'db'],
      'The box serves the web applications as files and never imports them.',
    ),
    room(
      'hq',
      ['protocol', 'domain', 'node', 'db'],
      'Headquarters judges by the contract and the rules, never by code of the box.',
    ),
    room(
      'console',
      ['protocol', 'domain', 'web'],
      'The console knows the box by its contract; a paper’s preview is the kiosk application in a frame.',
    ),
    room(
      'client-web',
      ['protocol', 'domain', 'web'],
      'The kiosk knows the box by its contract alone, so another client can be written from the same documents.',
    ),
    room(
      'hq-web',
      ['protocol', 'domain', 'web'],
      'The pages of headquarters know the service by its contract alone; a headquarters of another house keeps them.',
    ),
    {
      name: 'nobody-imports-scripts',
      comment: 'Scripts, the appliance and the docs use the product; the product must run without them.',
      severity: 'error',
      from: { pathNot: `${TESTS}|^(scripts|appliance|docs)/` },
      to: { path: '^(scripts|appliance|docs)/' },
    },

    // What a room is made of
    {
      name: 'protocol-needs-only-schemas',
      comment:
        'The contract is TypeBox schemas, types and constants: no library but typebox, nothing of Node.',
      severity: 'error',
      from: { path: '^protocol/', pathNot: TESTS },
      to: { path: '.', pathNot: '^protocol/|(^|/)node_modules/typebox/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'No clock, disk or network: domain runs in the browser and gives the same result every time.',
      severity: 'error',
      from: { path: '^domain/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'domain-without-schemas',
      comment:
        'Schemas weigh 19 to 42 kB in the kiosk, which reaches them through domain: import their types only.',
      severity: 'error',
      from: { path: '^domain/', pathNot: TESTS },
      to: {
        path: '^protocol/.*\\.schema\\.ts$|(^|/)node_modules/typebox/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'web-without-schemas',
      comment:
        'The web applications take types and constants from the contract: schemas weigh 19 to 42 kB and the box checks anyway.',
      severity: 'error',
      from: { path: '^(client-web/src|console/src|hq-web/src|web)/', pathNot: TESTS },
      to: {
        path: '^protocol/.*\\.schema\\.ts$|(^|/)node_modules/typebox/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'web-runs-in-browsers',
      comment: 'Node’s modules do not exist in a browser. web/build/ belongs to the build and runs in Node.',
      severity: 'error',
      from: { path: '^(client-web/src|console/src|hq-web/src|web)/', pathNot: `${TESTS}|^web/build/` },
      to: { dependencyTypes: ['core'] },
    },

    // Inside the box
    {
      name: 'platform-below-features',
      comment:
        'platform/ is the floor that all features stand on. The ledger is machinery, not a feature: `deps` carries it.',
      severity: 'error',
      from: { path: '^server/platform/', pathNot: TESTS },
      to: { path: '^server/', pathNot: '^server/(platform|ledger)/' },
    },
    {
      name: 'ledger-below-features',
      comment:
        'The one writer knows events and projections, not who asks for them: features call the ledger, never the reverse.',
      severity: 'error',
      from: { path: '^server/ledger/', pathNot: TESTS },
      to: { path: '^server/', pathNot: '^server/(platform|ledger)/' },
    },
    {
      name: 'repo-of-its-feature',
      comment:
        'A feature asks another feature’s service, never its tables. The shared repositories are listed above. Routes may read a row of theirs to learn whose room a call reaches into; what changes anything goes through the service.',
      severity: 'error',
      from: { path: '^server/([^/]+)/', pathNot: TESTS },
      to: { path: '^server/[^/]+/.*\\.repo\\.ts$', pathNot: `^server/$1/|${SHARED_REPOS}` },
    },
    {
      name: 'repo-is-the-bottom',
      comment:
        'routes | socket → service → repo → db: a repository reads and writes rows and decides nothing.',
      severity: 'error',
      from: { path: '^server/.*\\.repo\\.ts$' },
      to: { path: '^server/.*\\.(service|routes|socket)\\.ts$' },
    },
    {
      name: 'service-below-routes',
      comment:
        'routes | socket → service → repo → db: a service must work without HTTP, as the demo and the tests call it.',
      severity: 'error',
      from: { path: '^server/.*\\.service\\.ts$' },
      to: { path: '^server/.*\\.(routes|socket)\\.ts$' },
    },
    {
      name: 'features-do-not-import-the-wiring',
      comment:
        'app.ts, open-box.ts and server.ts wire the features by hand; an import back would tie the knot.',
      severity: 'error',
      from: { path: '^server/[^/]+/', pathNot: TESTS },
      to: { path: '^server/[^/]+\\.ts$' },
    },

    // Inside headquarters: the same house
    {
      name: 'hq-platform-below-features',
      comment: 'platform/ is the floor that all features stand on; keys are machinery that `deps` carries.',
      severity: 'error',
      from: { path: '^hq/platform/', pathNot: TESTS },
      to: { path: '^hq/', pathNot: '^hq/(platform|keys)/' },
    },
    {
      name: 'hq-repo-of-its-feature',
      comment: 'A feature asks another feature’s service, never its tables.',
      severity: 'error',
      from: { path: '^hq/([^/]+)/', pathNot: TESTS },
      to: { path: '^hq/[^/]+/.*\\.repo\\.ts$', pathNot: '^hq/$1/' },
    },
    {
      name: 'hq-repo-is-the-bottom',
      comment: 'routes → service → repo → db: a repository reads and writes rows and decides nothing.',
      severity: 'error',
      from: { path: '^hq/.*\\.repo\\.ts$' },
      to: { path: '^hq/.*\\.(service|routes)\\.ts$' },
    },
    {
      name: 'hq-service-below-routes',
      comment: 'routes → service → repo → db: a service must work without HTTP.',
      severity: 'error',
      from: { path: '^hq/.*\\.service\\.ts$' },
      to: { path: '^hq/.*\\.routes\\.ts$' },
    },
    {
      name: 'hq-features-do-not-import-the-wiring',
      comment:
        'app.ts, preparation.ts and hq.ts wire the features by hand; an import back would tie the knot.',
      severity: 'error',
      from: { path: '^hq/[^/]+/', pathNot: TESTS },
      to: { path: '^hq/[^/]+\\.ts$' },
    },

    // Everywhere
    {
      name: 'no-cycles',
      comment:
        'A cycle loads in an order that nobody wrote down, and its files can only be understood together. The one exception is a tree: content of a paper holds interactions, whose choices hold content.',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { circular: true, viaOnly: { pathNot: '^client-web/src/items/Content\\.svelte$' } },
    },
    {
      name: 'tests-are-for-tests',
      comment:
        'Test material (samples, fakes, fixtures) never runs in the product. Crash tests and benchmarks in scripts/ may use it.',
      severity: 'error',
      from: { path: OURS, pathNot: `${TESTS}|^scripts/` },
      to: { path: TESTS },
    },
    {
      name: 'ships-with-its-dependencies',
      comment:
        'What the box imports must be in "dependencies": development packages are not installed on a box.',
      severity: 'error',
      from: { path: '^(protocol|domain|node|db|server|hq)/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'declared-dependencies',
      comment: 'A package that only comes along with another one disappears with its next version.',
      severity: 'error',
      from: { path: OURS },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'resolves',
      comment:
        'An import that leads nowhere fails at run time, perhaps only on the path that is seldom taken.',
      severity: 'error',
      from: { path: OURS },
      to: { couldNotResolve: true, pathNot: '^(\\$app|\\$env)/|^virtual:|\\?(worker|url|raw)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(console/build|client-web/dist|hq-web/dist)/|(^|/)(\\.svelte-kit|paraglide|\\.tap)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json', '.svelte', '.d.ts', '.css'],
      conditionNames: ['svelte', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      mainFields: ['svelte', 'module', 'main', 'types'],
    },
    skipAnalysisNotInRules: false,
  },
};
