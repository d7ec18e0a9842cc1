package io.policyengine.kernel.account;

import java.util.Locale;

/** The kinds of things that hold memory for exchanges; each byte is counted for one of them. */
public enum Holder {
    /** Messages of Envoy's, from their first bytes until they are answered. */
    MESSAGES,
    /** Header fields, and metadata of Envoy's filters, that policies may still look at. */
    HEADERS,
    /** Bodies that are kept, also by policies between two chunks, gathered in small chunks, or opened from their content coding. */
    BODIES,
    /** Bytes by which the results of workers are longer than what they replace, until that is answered. */
    RESULTS,
    /** Answers that Envoy has not taken; they have the place of the messages that they answer. */
    ANSWERS,
    /** Windows of decoders, outside of the heap. */
    WINDOWS,
    /** Calls that workers have not taken. */
    CALLS,
    /** Work off the event loops. */
    WORK;

    /** The name of it in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
