package io.policyengine.kernel.account;

import java.util.Locale;

/** The purposes for which exchanges hold memory. Each byte counts for exactly one purpose. */
public enum Holder {
    /** Messages from Envoy, from their first bytes until they are answered. */
    MESSAGES,
    /** Header fields and metadata of Envoy's filters, while policies may still read them. */
    HEADERS,
    /** Gathered or decoded bodies that the engine keeps, and bytes that policies keep between chunks. */
    BODIES,
    /** Bytes by which workers' results are longer than the data that they replace, until the answer is sent. */
    RESULTS,
    /** Answers that Envoy has not read yet. Each one is counted instead of the message that it answers. */
    ANSWERS,
    /** Native memory of decoders and encoders, outside of the heap. */
    WINDOWS,
    /** Calls that workers have not read yet. */
    CALLS,
    /** Data that is processed by threads other than the event loops. */
    WORK;

    /** The label value in metrics: the name in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
