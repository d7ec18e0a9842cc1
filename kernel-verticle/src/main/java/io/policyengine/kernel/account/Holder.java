package io.policyengine.kernel.account;

import java.util.Locale;

/** The purposes for which exchanges hold memory. Each byte counts for exactly one purpose. */
public enum Holder {
    /** Messages from Envoy, from their first bytes until they are answered. */
    MESSAGES,
    /** Header fields, and metadata of Envoy's filters, as long as policies may still read them. */
    HEADERS,
    /** Bodies, gathered or decoded, that the engine keeps, and bytes that policies keep between chunks. */
    BODIES,
    /** Bytes by which workers' results exceed the data that they replace, until the answer is sent. */
    RESULTS,
    /** Answers that Envoy has not read. Each answer is counted in place of the message that it answers. */
    ANSWERS,
    /** Native memory of decoders and encoders, outside of the heap. */
    WINDOWS,
    /** Calls to workers that the workers have not read. */
    CALLS,
    /** Data of work off the event loops. */
    WORK;

    /** The label value in metrics: the name in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
