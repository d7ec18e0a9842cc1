package io.policyengine.policies.ai.shared.modelapi;

import java.util.Set;

/**
 * Counts the octets of text in a response's JSON, for any provider: of all strings in members with certain names, at
 * any depth. It holds only the beginning of one name.
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

    /** Maximum number of characters that are kept of a member name: one more than the longest name that is compared. */
    private static final int LONGEST = 18;

    private static final int ESCAPE = 6;

    private final StringBuilder name = new StringBuilder(LONGEST);
    private boolean inName;
    private Kind kind = Kind.OTHER;
    private long whole;
    private long deltas;

    private enum Kind {
        OTHER,
        TEXT,
        DELTA
    }

    void beginName() {
        inName = true;
        name.setLength(0);
    }

    void endName() {
        inName = false;
        String ended = name.toString();
        kind = ended.equals(DELTA) ? Kind.DELTA : TEXTS.contains(ended) ? Kind.TEXT : Kind.OTHER;
    }

    boolean wantsCharacters() {
        return inName || kind != Kind.OTHER;
    }

    /** Adds a character of a name or a string. In the JSON, the character has this number of octets. */
    void inString(int codePoint, int octets) {
        if (inName) {
            if (name.length() < LONGEST) {
                name.append(Character.isBmpCodePoint(codePoint) ? (char) codePoint : '?');
            }
        } else if (kind != Kind.OTHER) {
            add(counted(codePoint, octets));
        }
    }

    /**
     * Returns the number of octets to count for a character. A Unicode escape counts half its length, since its
     * character has at most that length in UTF-8. Any other escape counts one octet.
     */
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

    void endString() {
        kind = Kind.OTHER;
    }

    /** Ends the current member. Called at a bracket, a brace or a comma. */
    void between() {
        kind = Kind.OTHER;
    }

    void addTo(ToldUsage told) {
        told.text(whole, deltas);
        whole = 0;
        deltas = 0;
    }

    void forget() {
        kind = Kind.OTHER;
        inName = false;
    }
}
