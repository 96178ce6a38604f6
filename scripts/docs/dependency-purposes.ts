/** What each direct dependency is for. A test holds this list equal to package.json: a new package gives its reason here. */
export interface Purpose {
  for: string;
  /** Where its code runs: on the box, inside the pages that the box serves, or only while building and testing. */
  runs: 'box' | 'pages' | 'work';
}

const box = (words: string): Purpose => ({ for: words, runs: 'box' });
const pages = (words: string): Purpose => ({ for: words, runs: 'pages' });
const work = (words: string): Purpose => ({ for: words, runs: 'work' });

export const PURPOSES: Readonly<Record<string, Purpose>> = {
  '@e965/xlsx': box('Reads rosters and question sheets written as XLSX.'),
  '@embedpdf/fonts-sc': box('Noto Sans SC, the Chinese font that papers and pages are cut from.'),
  '@fastify/cookie': box('The session cookie of staff.'),
  '@fastify/websocket': box('The sockets of candidates and console.'),
  '@noble/curves': pages('Opens sealed papers in browsers whose WebCrypto lacks X25519 (Chrome 109).'),
  '@noble/hashes': pages('SHA-256 that is synchronous in the browser, for the chain of revisions.'),
  '@peculiar/x509': box('The site’s own certificate authority.'),
  'age-encryption': box('Seals papers as age files, and opens them at the candidate’s machine.'),
  'better-sqlite3': box('The database of the ledger; comes ready built.'),
  canonicalize: box('Canonical JSON (RFC 8785): the measure that our own encoder is held equal to.'),
  'csv-parse': box('Reads rosters written as CSV.'),
  'drizzle-orm': box('Schema of the database as TypeScript, and queries that are not in the hot path.'),
  fastify: box('The HTTP server.'),
  harfbuzzjs: box('Cuts fonts to the characters that a paper and the pages need.'),
  node: box('Node 24 itself, so that scripts run on it whatever Node the computer has.'),
  pino: box('The log.'),
  qrcode: box('The QR code of a receipt.'),
  'reflect-metadata': box('Wanted by @peculiar/x509.'),
  saxes: box('The XML parser below the QTI importer: strict, no external entities.'),
  typebox: box('Schemas of the contract: one source for types and checks.'),
  ws: box('WebSockets of the simulated candidates and below @fastify/websocket.'),
  '@napi-rs/canvas': box(
    'Decodes, turns, scales and stamps photos (Skia); draws pages of our PDFs in tests.',
  ),
  '@peculiar/asn1-cms': box('The signature container of PDFs (CMS, RFC 5652).'),
  '@peculiar/asn1-schema': box('Encodes that container.'),
  '@peculiar/asn1-x509': box('Names and algorithms inside that container.'),
  '@signpdf/signpdf': box("Puts a signature into a PDF's byte range."),
  '@tus/file-store': box('Keeps resumable uploads on disk until they are complete.'),
  '@tus/server': box('Resumable uploads (tus 1.0) of photos and material.'),
  exifr: box('Reads when and in what orientation a photo was taken.'),
  pdfkit: box('Draws PDFs, tagged, with one font subset a file.'),
  yauzl: box('Reads ZIP packages entry by entry, so that bombs and bad paths are refused in time.'),

  '@biomejs/biome': work('Lint and format, one tool for TypeScript, Svelte and CSS.'),
  '@inlang/paraglide-js': work('Compiles the texts of the pages, two languages, to functions.'),
  '@inlang/plugin-message-format': work(
    'Reads the files of texts for it; kept here so that nothing is fetched.',
  ),
  '@sparticuz/chromium': work('A Chromium for browser tests where the computer has none.'),
  '@sveltejs/adapter-static': work('Builds the console as plain files.'),
  '@sveltejs/kit': pages('Pages and routes of the console.'),
  '@sveltejs/vite-plugin-svelte': work('Compiles Svelte components.'),
  '@tailwindcss/vite': work('Runs Tailwind within Vite.'),
  '@types/better-sqlite3': work('Types.'),
  '@types/node': work('Types.'),
  '@types/qrcode': work('Types.'),
  '@types/ws': work('Types.'),
  '@types/pdfkit': work('Types.'),
  jsqr: work('Reads QR codes back from drawn pages: an independent decoder.'),
  'pdfjs-dist': work('Reads our PDFs in tests: text in reading order, pages as pictures.'),
  'tus-js-client': work('Resumable uploads from the console.'),
  '@types/yauzl': work('Types.'),
  '@types/yazl': work('Types.'),
  'axe-core': work('Finds accessibility faults in the browser tests.'),
  'bits-ui': pages('Dialogs, menus and selects of the console that keyboards and screen readers can use.'),
  'chromium-109': work('Chromium 109, the oldest browser a candidate may have, for browser tests.'),
  'dependency-cruiser': work('Holds the import rules.'),
  'drizzle-kit': work('Writes migrations from the schema.'),
  'fake-indexeddb': work('IndexedDB for tests of the journal outside a browser.'),
  'fast-check': work('Property tests.'),
  'playwright-core': work('Drives the browsers in browser tests.'),
  svelte: pages('Components of both web applications.'),
  'svelte-check': work('Types and accessibility inside components.'),
  tailwindcss: work('Styles of the console.'),
  tap: work('Runs the tests.'),
  typescript: work('Checks types; nothing is compiled with it.'),
  vite: work('Builds both web applications.'),
  yazl: work('Writes ZIP packages for the demo and the tests.'),
};
