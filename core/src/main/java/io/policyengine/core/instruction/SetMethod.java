package io.policyengine.core.instruction;

/** Changes the method. Envoy permits this only with {@code allow_all_routing}. */
public record SetMethod(String method) implements RequestInstruction {}
