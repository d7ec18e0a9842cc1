package io.policyengine.policies.ai.shared.modelapi;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Counts the octets of a response's texts, in JSON of any provider: strings of members with certain names, at any
 * depth. Fed with each byte of JSON; it keeps the beginning of one string.
 */
final class SeenText {
    private static final String DELTA = "delta";
    private static final Set<String> TEXTS = Set.of(
            "content",
            "text",
            "thinking",
            "reasoning",
            "reasoning_content",
            "refusal",
            "arguments",
            "partial_json",
            "input");

    /** Bytes kept of a name: one more than the longest relevant one. */
    private static final int LONGEST = 18;

    private final byte[] recent = new byte[LONGEST];
    /** Bytes of the string that was read last. */
    private int length;

    private Kind kind = Kind.OTHER;
    private long whole;
    private long deltas;

    /** Members by what their strings are. */
    private enum Kind {
        OTHER,
        TEXT,
        DELTA
    }

    /** A byte of a string, within its quotation marks and escapes. */
    void inString(byte octet, boolean isEscaped) {
        if (kind == Kind.OTHER) {
            if (length < LONGEST) {
                recent[length++] = octet;
            }
        } else if (isEscaped) {
            // Six bytes that stand for a character count as the three that it has at most.
            add(octet == 'u' ? -1 : 1);
        } else if (octet != '\\') {
            add(1);
        }
    }

    private void add(int octets) {
        if (kind == Kind.DELTA) {
            deltas += octets;
        } else {
            whole += octets;
        }
    }

    /** The string has ended. */
    void endString() {
        kind = Kind.OTHER;
    }

    /** A byte outside of strings, and the quotation mark that opens one. */
    void between(byte octet) {
        switch (octet) {
            case ':' -> {
                String name = new String(recent, 0, length, StandardCharsets.ISO_8859_1);
                kind = name.equals(DELTA) ? Kind.DELTA : TEXTS.contains(name) ? Kind.TEXT : Kind.OTHER;
                length = 0;
            }
            case '{', '[', '}', ']', ',' -> kind = Kind.OTHER;
            case '"' -> length = 0;
            default -> {
                // White space, or of another value.
            }
        }
    }

    /** Adds what has been counted since the last time. */
    void addTo(ToldUsage told) {
        told.text(whole, deltas);
        whole = 0;
        deltas = 0;
    }

    /** The text has ended. */
    void forget() {
        kind = Kind.OTHER;
        length = 0;
    }
}
