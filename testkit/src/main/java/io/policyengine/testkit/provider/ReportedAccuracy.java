package io.policyengine.testkit.provider;

import java.util.List;

/** The accuracy of the usage that a response reports. */
public enum ReportedAccuracy {
    /** The true tokens are reported. */
    TRUE,
    /** No usage is reported. */
    ABSENT,
    /** The true usage is reported, then a low one. */
    TWICE,
    /** A single input and a single output token are reported. */
    LOW,
    ZERO,
    /** Negative numbers are reported. */
    NEGATIVE,
    /** Numbers whose sum overflows are reported. */
    HUGE,
    /** Numbers are reported as strings. */
    TEXT,
    /** Numbers are reported with a fraction. */
    FRACTION;

    private static final ProviderTokens ONE_EACH = new ProviderTokens(1, 0, 1, 0);

    /** Usage as written, in which a number may be any JSON. */
    record Written(ProviderTokens tokens, ReportedAccuracy kind) {
        /** Returns a number of tokens as JSON. */
        String number(long tokens) {
            return switch (kind) {
                case TEXT -> "\"" + tokens + "\"";
                case FRACTION -> tokens + ".5";
                case TRUE, ABSENT, TWICE, LOW, ZERO, NEGATIVE, HUGE -> Long.toString(tokens);
            };
        }
    }

    /** Returns the reported usages of these tokens, in order. */
    List<Written> of(ProviderTokens tokens) {
        return switch (this) {
            case TRUE, TEXT, FRACTION -> List.of(new Written(tokens, this));
            case ABSENT -> List.of();
            case TWICE -> List.of(new Written(tokens, this), new Written(ONE_EACH, this));
            case LOW -> List.of(new Written(ONE_EACH, this));
            case ZERO -> List.of(new Written(new ProviderTokens(0, 0, 0, 0), this));
            case NEGATIVE -> List.of(new Written(new ProviderTokens(-tokens.input(), 0, -tokens.output(), 0), this));
            case HUGE -> List.of(new Written(new ProviderTokens(Long.MAX_VALUE, 0, Long.MAX_VALUE, 0), this));
        };
    }
}
