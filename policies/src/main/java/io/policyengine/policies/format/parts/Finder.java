package io.policyengine.policies.format.parts;

import java.nio.charset.StandardCharsets;

/** Finds a text in octets as they come, in a time that is linear in them (Knuth, Morris, Pratt). */
final class Finder {
    private final byte[] text;
    /** Of each number of its octets that have come: how many of them begin it again where the next one does not go on. */
    private final int[] shorter;

    private int matched;

    /** Finds a text of at least one character of ISO-8859-1. */
    Finder(String text) {
        this.text = text.getBytes(StandardCharsets.ISO_8859_1);
        this.shorter = new int[this.text.length];
        for (int i = 1, same = 0; i < this.text.length; i++) {
            while (same > 0 && this.text[i] != this.text[same]) {
                same = shorter[same - 1];
            }
            same += this.text[i] == this.text[same] ? 1 : 0;
            shorter[i] = same;
        }
    }

    /** Takes the next octet; true if the text ends with it. */
    boolean endsWith(byte octet) {
        while (matched > 0 && (matched == text.length || octet != text[matched])) {
            matched = shorter[matched - 1];
        }
        matched += octet == text[matched] ? 1 : 0;
        return matched == text.length;
    }
}
