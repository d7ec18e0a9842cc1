// Reads streams with the official client libraries. Arguments: the server's URL, then for each stream its name and the library's API.
// Prints a JSON list: the text that came, and of an error whether it is the library's own API error, and its message.
import { createRequire } from 'node:module';

const require = createRequire(process.env.POLICY_ENGINE_NODE_PACKAGES + '/');
const { default: OpenAI } = require('openai');
const { default: Anthropic } = require('@anthropic-ai/sdk');

const [url, ...streams] = process.argv.slice(2);
const apiKey = 'none';
const maxRetries = 0;
const messages = [{ role: 'user', content: 'hello' }];

const readers = {
  async chat(name, add) {
    const client = new OpenAI({ apiKey, maxRetries, baseURL: `${url}/${name}/v1` });
    const stream = await client.chat.completions.create({ model: 'm', messages, stream: true });
    for await (const chunk of stream) add(chunk.choices[0]?.delta?.content ?? '');
  },
  async responses(name, add) {
    const client = new OpenAI({ apiKey, maxRetries, baseURL: `${url}/${name}/v1` });
    const stream = await client.responses.create({ model: 'm', input: 'hello', stream: true });
    for await (const event of stream) if (event.type === 'response.output_text.delta') add(event.delta);
  },
  async messages(name, add) {
    const client = new Anthropic({ apiKey, maxRetries, baseURL: `${url}/${name}` });
    const stream = await client.messages.create({ model: 'm', max_tokens: 9, messages, stream: true });
    for await (const event of stream) if (event.type === 'content_block_delta') add(event.delta.text ?? '');
  },
};

const told = [];
for (let i = 0; i < streams.length; i += 2) {
  let text = '';
  let error = null;
  try {
    await readers[streams[i + 1]](streams[i], (piece) => (text += piece));
  } catch (thrown) {
    const own = thrown instanceof OpenAI.APIError || thrown instanceof Anthropic.APIError;
    error = { own, message: String(thrown?.message ?? thrown) };
  }
  told.push({ name: streams[i], text, error });
}
console.log(JSON.stringify(told));
