package io.policyengine.core.instruction;

/** Changes the authority (host). Envoy permits this only with {@code allow_all_routing}. */
public record SetAuthority(String authority) implements RequestInstruction {}
