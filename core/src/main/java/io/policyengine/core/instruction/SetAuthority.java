package io.policyengine.core.instruction;

/** Changes the authority (host). Envoy allows it only with {@code allow_all_routing}. */
public record SetAuthority(String authority) implements RequestInstruction {}
