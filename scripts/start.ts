/** `npm start`: the box with the data folder and port of its settings. An empty data folder leads to first-run set-up. */
import { readConfig } from '#server/platform/config.ts';
import { explain, runServer } from '#server/server.ts';
import { ensureBuilt } from './build.ts';

try {
  const config = readConfig(process.argv.slice(2), process.env);
  await ensureBuilt();
  const app = await runServer({ config });
  const { origin } = app.deps.box;
  process.stdout.write(
    `Gongyuan ${app.deps.box.version}\n  console  ${origin}/console/\n  kiosk    ${origin}/\n  data     ${config.data}\n`,
  );
  if (app.services.setup.needed)
    process.stdout.write(
      `\n  First-run set-up / 初始设置: open the console and enter this code / 打开控制台并输入设置码: ${app.services.setup.code}\n`,
    );
} catch (error) {
  explain(error);
  process.exit(1);
}
