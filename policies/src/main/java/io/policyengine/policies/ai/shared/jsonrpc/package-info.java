/**
 * JSON-RPC 2.0 over HTTP, as MCP and A2A use it. Messages, batches and errors are parsed strictly, so that the next
 * reader interprets them in the same way. Responses are filtered message by message: as complete bodies, in chunks, and
 * in streams of server-sent events. The package has over twenty types, since requests and responses share messages,
 * errors and codes.
 */
@NullMarked
package io.policyengine.policies.ai.shared.jsonrpc;

import org.jspecify.annotations.NullMarked;
