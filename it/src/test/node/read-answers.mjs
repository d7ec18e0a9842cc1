// Asks a question by the official client libraries, streamed and whole. Arguments: the server's URL and the question. Prints a JSON list:
// for each interface all that the library gave, and the field Cache-Status.
import { createRequire } from 'node:module';

const require = createRequire(process.env.POLICY_ENGINE_NODE_PACKAGES + '/');
const { default: OpenAI } = require('openai');
const { default: Anthropic } = require('@anthropic-ai/sdk');

const [url, question] = process.argv.slice(2);
let status = '';
const options = {
  apiKey: 'none',
  maxRetries: 0,
  fetch: async (...request) => {
    const response = await fetch(...request);
    status = response.headers.get('cache-status') ?? '';
    return response;
  },
};
const openai = new OpenAI({ ...options, baseURL: `${url}/v1` });
const anthropic = new Anthropic({ ...options, baseURL: url });
const messages = [{ role: 'user', content: question }];

async function all(stream) {
  const read = [];
  for await (const event of stream) read.push(event);
  return read;
}

const interfaces = [
  async () => all(await openai.chat.completions.create({ model: 'm', messages, stream: true, stream_options: { include_usage: true } })),
  async () => all(await openai.responses.create({ model: 'm', input: question, stream: true })),
  async () => all(await anthropic.messages.create({ model: 'm', max_tokens: 99, messages, stream: true })),
  async () => [await openai.chat.completions.create({ model: 'm', messages })],
  async () => [await openai.responses.create({ model: 'm', input: question })],
  async () => [await anthropic.messages.create({ model: 'm', max_tokens: 99, messages })],
];

const told = [];
for (const ask of interfaces) told.push({ read: await ask(), status });
console.log(JSON.stringify(told));
