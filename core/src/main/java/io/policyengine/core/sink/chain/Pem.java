package io.policyengine.core.sink.chain;

import java.util.Base64;

/** Reads keys in their text form, PEM (RFC 7468). */
final class Pem {
    private Pem() {}

    /**
     * Decodes the Base64 text between the BEGIN and END lines that have this label.
     *
     * @throws IllegalArgumentException if the lines are missing or in the wrong order, or the Base64 between them is
     *     malformed
     */
    static byte[] decode(String label, String text) {
        String begin = "-----BEGIN " + label + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + label + "-----");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no " + label);
        }
        return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    }
}
