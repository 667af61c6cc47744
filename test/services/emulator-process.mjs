// Started by emulator.ts as a child process, because `emulate` needs a newer Node than some tests run on.
import { createEmulator } from 'emulate';

const { seed } = JSON.parse(process.argv[2]);
// Whoever started this is gone, however it ended: nothing may stay behind.
process.on('disconnect', () => process.exit(0));
if (!process.connected) process.exit(1);

try {
  const github = await createEmulator({ service: 'github', port: 0, seed });
  const slack = await createEmulator({ service: 'slack', port: 0, seed });
  process.on('message', (message) => {
    if (message !== 'reset') return;
    github.reset();
    slack.reset();
    process.send('reset');
  });
  process.send({ githubUrl: github.url, slackUrl: slack.url });
} catch (error) {
  process.send({ failed: String(error) });
}
