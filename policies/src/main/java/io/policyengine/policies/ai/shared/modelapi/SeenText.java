package io.policyengine.policies.ai.shared.modelapi;

import java.util.Set;

/**
 * Counts the octets of a response's texts, in JSON of any provider: strings of members with certain names, at any
 * depth. It keeps the beginning of one name.
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

    /** Characters of a name that are kept: one more than the longest of those that count. */
    private static final int LONGEST = 18;

    private static final int ESCAPE = 6;

    private final StringBuilder name = new StringBuilder(LONGEST);
    private boolean inName;
    private Kind kind = Kind.OTHER;
    private long whole;
    private long deltas;

    /** Members by what their strings are. */
    private enum Kind {
        OTHER,
        TEXT,
        DELTA
    }

    /** A name begins. */
    void beginName() {
        inName = true;
        name.setLength(0);
    }

    /** The name has ended: what comes next is its value. */
    void endName() {
        inName = false;
        String ended = name.toString();
        kind = ended.equals(DELTA) ? Kind.DELTA : TEXTS.contains(ended) ? Kind.TEXT : Kind.OTHER;
    }

    /** True if the name or string that has just begun is looked at. */
    boolean wantsCharacters() {
        return inName || kind != Kind.OTHER;
    }

    /** A character of a name or a string, for which so many octets stand. */
    void inString(int codePoint, int octets) {
        if (inName) {
            if (name.length() < LONGEST) {
                name.append(Character.isBmpCodePoint(codePoint) ? (char) codePoint : '?');
            }
        } else if (kind != Kind.OTHER) {
            add(counted(codePoint, octets));
        }
    }

    /** Six octets that stand for a character count as the three that it has at most, other escapes as one. */
    private static int counted(int codePoint, int octets) {
        if (octets >= ESCAPE) {
            return octets / 2;
        }
        return codePoint < 0x80 ? 1 : octets;
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

    /** A bracket, a brace or a comma. */
    void between() {
        kind = Kind.OTHER;
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
        inName = false;
    }
}
