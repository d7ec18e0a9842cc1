package io.policyengine.core.instruction;

import tools.jackson.databind.JsonNode;

/**
 * Stores a value for later policies, the response phase and the log.
 *
 * @param value any JSON value; counts against {@code max_state_size_bytes}
 */
public record SetMetadata(String key, JsonNode value) implements CommonInstruction, TrailersInstruction {}
