/**
 * JSON-RPC 2.0 in bodies of HTTP, as MCP and A2A speak it: messages, batches and errors, read strictly, so that whoever reads them next sees the
 * same; and answers filtered message by message, whole, in chunks, and in streams of server-sent events.
 */
@NullMarked
package io.policyengine.policies.ai.shared.jsonrpc;

import org.jspecify.annotations.NullMarked;
