package io.policyengine.kernel.account;

import java.util.Locale;

/** The kinds of memory that exchanges hold; each byte counts for exactly one. */
public enum Holder {
    /** Messages from Envoy, from their first bytes until they are answered. */
    MESSAGES,
    /** Header fields, and metadata of Envoy's filters, that policies may still read. */
    HEADERS,
    /** Bodies kept by the engine, or by policies between chunks, gathered, or decoded. */
    BODIES,
    /** Bytes by which workers' results exceed the data that they replace, until that is answered. */
    RESULTS,
    /** Answers that Envoy has not read; each replaces the message that it answers. */
    ANSWERS,
    /** Windows of decoders and encoders, outside of the heap. */
    WINDOWS,
    /** Calls that workers have not read. */
    CALLS,
    /** Work off the event loops. */
    WORK;

    /** The label value in metrics: the name in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
