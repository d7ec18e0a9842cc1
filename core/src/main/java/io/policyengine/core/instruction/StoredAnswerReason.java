package io.policyengine.core.instruction;

import java.util.Locale;

/** The reasons of immediate responses that repeat a stored response of the upstream, whatever their status. */
public enum StoredAnswerReason {
    CACHE_HIT,
    SEMANTIC_CACHE_HIT,
    IDEMPOTENCY_REPLAY;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The reason as written on the wire and in logs. */
    public String code() {
        return code;
    }

    static boolean isCode(String reason) {
        for (StoredAnswerReason known : values()) {
            if (known.code.equals(reason)) {
                return true;
            }
        }
        return false;
    }
}
