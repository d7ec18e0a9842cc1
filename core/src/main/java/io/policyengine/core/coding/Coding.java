package io.policyengine.core.coding;

import org.jspecify.annotations.Nullable;

/** The supported codings (RFC 9110 §8.4.1, RFC 7932, RFC 8878). */
enum Coding {
    GZIP("gzip"),
    DEFLATE("deflate"),
    BR("br"),
    ZSTD("zstd");

    private final String token;

    Coding(String token) {
        this.token = token;
    }

    String token() {
        return token;
    }

    /** Returns the coding with a name in lower case, or null if it is unknown. */
    static @Nullable Coding of(String token) {
        for (Coding coding : values()) {
            if (coding.token.equals(token)) {
                return coding;
            }
        }
        return null;
    }
}
