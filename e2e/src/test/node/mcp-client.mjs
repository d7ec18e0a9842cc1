// A client of the official TypeScript SDK. Arguments: a transport (http or sse), a URL, then calls: list, or the name of a tool.
// Prints a line of JSON for each: the names that are listed, the text of an answer, or an error's message.
import { createRequire } from 'node:module';

const require = createRequire(process.env.POLICY_ENGINE_NODE_PACKAGES + '/');
const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
const { StreamableHTTPClientTransport } = require('@modelcontextprotocol/sdk/client/streamableHttp.js');
const { SSEClientTransport } = require('@modelcontextprotocol/sdk/client/sse.js');

const [kind, url, ...calls] = process.argv.slice(2);
const client = new Client({ name: 'test', version: '1' });
const Transport = kind === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;
await client.connect(new Transport(new URL(url)));
for (const call of calls) {
  try {
    const answer =
      call === 'list'
        ? { tools: (await client.listTools()).tools.map((tool) => tool.name) }
        : { text: (await client.callTool({ name: call, arguments: { a: 1, b: 2 } })).content[0].text };
    console.log(JSON.stringify(answer));
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
  }
}
await client.close();
process.exit(0);
