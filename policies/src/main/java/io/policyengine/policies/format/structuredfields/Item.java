package io.policyengine.policies.format.structuredfields;

/** A value with parameters (RFC 9651 §3.3). */
public record Item(BareItem value, Parameters parameters) implements Member {
    @Override
    public void writeTo(StringBuilder out) {
        value.writeTo(out);
        parameters.writeTo(out);
    }
}
