// Has requests refused, and tells how the official client libraries throw that. Argument: the server's URL.
// Prints a JSON list: the API, and of the error that was thrown the class, the status, the code that the body has, and the message.
import { createRequire } from 'node:module';

const require = createRequire(process.env.POLICY_ENGINE_NODE_PACKAGES + '/');
const { default: OpenAI } = require('openai');
const { default: Anthropic } = require('@anthropic-ai/sdk');

const url = process.argv[2];
const messages = [{ role: 'user', content: 'hello' }];
const openai = new OpenAI({ apiKey: 'none', maxRetries: 0, baseURL: `${url}/v1` });
const anthropic = new Anthropic({ apiKey: 'none', maxRetries: 0, baseURL: url });

const calls = {
  chat: (model, stream) => openai.chat.completions.create({ model, messages, stream }),
  responses: (model, stream) => openai.responses.create({ model, input: 'hello', stream }),
  messages: (model, stream) => anthropic.messages.create({ model, max_tokens: 9, messages, stream }),
};

const told = [];
for (const [api, call] of Object.entries(calls)) {
  for (const model of ['large', 'not a name']) {
    for (const stream of [false, true]) {
      try {
        await call(model, stream);
        told.push({ api, error: null });
      } catch (thrown) {
        const { status, message } = thrown;
        const code = thrown.code ?? thrown.error?.error?.code ?? null;
        told.push({ api, error: { class: thrown.constructor.name, status, code, message } });
      }
    }
  }
}
console.log(JSON.stringify(told));
