package io.policyengine.policies.ai;

import io.policyengine.core.work.Stop;

/** Measures texts, in octets or in tokens. */
@FunctionalInterface
public interface TextMeter {
    /** Octets in UTF-8. */
    TextMeter OCTETS = text -> {
        long octets = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            octets += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return octets;
    };

    /** Tokens, as a tokenizer counts them: for work off the event loop. */
    static TextMeter tokens(Stop stop) {
        return new Tokenizer(stop);
    }

    /**
     * The size of a text.
     *
     * @throws io.policyengine.core.work.StoppedException if nobody wants it any more
     */
    long sizeOf(String text);
}
