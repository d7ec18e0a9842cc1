package io.policyengine.core.instruction;

/** Sets the first query parameter of this (unencoded) name and drops its repeats, or adds it at the end. */
public record SetQueryParam(String name, String value) implements RequestInstruction {}
