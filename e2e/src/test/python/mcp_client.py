"""A client of the official Python SDK over Streamable HTTP. Arguments: a mode (auto, or legacy for a session), a URL, then calls: list, or the
name of a tool. Prints a line of JSON for each: the names that are listed, the text of an answer, or an error's message."""

import asyncio
import json
import sys

from mcp import Client


async def main(mode, url, calls):
    async with Client(url, mode=mode) as client:
        for call in calls:
            try:
                if call == "list":
                    told = {"tools": [tool.name for tool in (await client.list_tools()).tools]}
                else:
                    answer = await client.call_tool(call, {"a": 1, "b": 2})
                    told = {"text": answer.content[0].text}
            except Exception as error:  # Whatever the library throws is what a program has to live with.
                told = {"error": str(error)}
            print(json.dumps(told), flush=True)


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
