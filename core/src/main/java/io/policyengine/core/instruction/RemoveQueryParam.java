package io.policyengine.core.instruction;

/** Removes all query parameters of this (unencoded) name. */
public record RemoveQueryParam(String name) implements RequestInstruction {}
