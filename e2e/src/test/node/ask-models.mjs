// Asks models with the official client libraries. Arguments: the server's URL, and a JSON list of questions, each with api (chat, responses or
// messages), stream, model, text, key and headers. Prints a JSON list: text and usage as the library told them, and of an error whether it is the
// library's own, its status and its message.
import { createRequire } from 'node:module';

const require = createRequire(process.env.POLICY_ENGINE_NODE_PACKAGES + '/');
const { default: OpenAI } = require('openai');
const { default: Anthropic } = require('@anthropic-ai/sdk');

const [url, questions] = process.argv.slice(2);

const ask = {
  async chat({ model, text, stream, key, headers }, told) {
    const client = new OpenAI({ apiKey: key, maxRetries: 0, baseURL: `${url}/v1`, defaultHeaders: headers });
    const request = { model, messages: [{ role: 'user', content: text }], max_completion_tokens: 40 };
    if (!stream) {
      const answer = await client.chat.completions.create(request);
      told.text = answer.choices[0].message.content;
      told.usage = answer.usage;
      return;
    }
    const chunks = await client.chat.completions.create({ ...request, stream, stream_options: { include_usage: true } });
    for await (const chunk of chunks) {
      told.text += chunk.choices[0]?.delta?.content ?? '';
      told.usage = chunk.usage ?? told.usage;
    }
  },
  async responses({ model, text, stream, key, headers }, told) {
    const client = new OpenAI({ apiKey: key, maxRetries: 0, baseURL: `${url}/v1`, defaultHeaders: headers });
    const request = { model, input: text, max_output_tokens: 40 };
    if (!stream) {
      const answer = await client.responses.create(request);
      told.text = answer.output_text;
      told.usage = answer.usage;
      return;
    }
    for await (const event of await client.responses.create({ ...request, stream })) {
      if (event.type === 'response.output_text.delta') told.text += event.delta;
      if (event.type === 'response.completed') told.usage = event.response.usage;
      // The library hands this one over as an event.
      if (event.type === 'error') throw new OpenAI.APIError(undefined, event, event.message, undefined);
    }
  },
  async messages({ model, text, stream, key, headers }, told) {
    const client = new Anthropic({ apiKey: key, maxRetries: 0, baseURL: url, defaultHeaders: headers });
    const request = { model, max_tokens: 40, messages: [{ role: 'user', content: text }] };
    const message = stream
      ? await client.messages.stream(request).finalMessage()
      : await client.messages.create(request);
    told.text = message.content[0].text;
    told.usage = message.usage;
  },
};

const all = [];
for (const question of JSON.parse(questions)) {
  const told = { text: '', usage: null, error: null };
  try {
    await ask[question.api](question, told);
  } catch (thrown) {
    const own = thrown instanceof OpenAI.APIError || thrown instanceof Anthropic.APIError;
    told.error = { own, status: thrown?.status ?? 0, message: String(thrown?.message ?? thrown) };
  }
  all.push(told);
}
console.log(JSON.stringify(all));
