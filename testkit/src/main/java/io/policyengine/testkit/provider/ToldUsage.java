package io.policyengine.testkit.provider;

import java.util.List;

/** The accuracy of the usage that a response reports. */
public enum ToldUsage {
    /** The tokens as they were. */
    TRUE,
    /** No usage is reported. */
    ABSENT,
    /** The true one, and after it a low one. */
    TWICE,
    /** One token of each kind is reported. */
    LOW,
    /** Zero tokens are reported. */
    ZERO,
    /** Fewer than none. */
    NEGATIVE,
    /** Numbers whose sum overflows are reported. */
    HUGE,
    /** Numbers as strings. */
    TEXT,
    /** Numbers with a fraction. */
    FRACTION;

    private static final Tokens ONE_EACH = new Tokens(1, 0, 1, 0);

    /** Usage as it is written, where each number may be any JSON. */
    record Written(Tokens tokens, ToldUsage kind) {
        /** A number of tokens. */
        String number(long tokens) {
            return switch (kind) {
                case TEXT -> "\"" + tokens + "\"";
                case FRACTION -> tokens + ".5";
                case TRUE, ABSENT, TWICE, LOW, ZERO, NEGATIVE, HUGE -> Long.toString(tokens);
            };
        }
    }

    /** Returns the reported usages of these tokens, in order. */
    List<Written> of(Tokens tokens) {
        return switch (this) {
            case TRUE, TEXT, FRACTION -> List.of(new Written(tokens, this));
            case ABSENT -> List.of();
            case TWICE -> List.of(new Written(tokens, this), new Written(ONE_EACH, this));
            case LOW -> List.of(new Written(ONE_EACH, this));
            case ZERO -> List.of(new Written(new Tokens(0, 0, 0, 0), this));
            case NEGATIVE -> List.of(new Written(new Tokens(-tokens.input(), 0, -tokens.output(), 0), this));
            case HUGE -> List.of(new Written(new Tokens(Long.MAX_VALUE, 0, Long.MAX_VALUE, 0), this));
        };
    }
}
