package io.policyengine.testkit.provider;

import java.util.List;

/** The accuracy of the usage that a response reports. */
public enum ReportedAccuracy {
    /** The response reports the true usage. */
    TRUE,
    /** The response reports no usage. */
    ABSENT,
    /** The response reports the true usage, then {@link #LOW}. */
    TWICE,
    /** The response reports one input token and one output token. */
    LOW,
    ZERO,
    /** The response reports negative numbers. */
    NEGATIVE,
    /** The response reports numbers whose sum overflows. */
    HUGE,
    /** The response reports the true numbers as strings. */
    TEXT,
    /** The response reports the true numbers plus one half. */
    FRACTION;

    private static final ProviderTokens ONE_EACH = new ProviderTokens(1, 0, 1, 0);

    /** A usage that a response reports. Its numbers may be written as any JSON value. */
    record Written(ProviderTokens tokens, ReportedAccuracy kind) {
        String number(long tokens) {
            return switch (kind) {
                case TEXT -> "\"" + tokens + "\"";
                case FRACTION -> tokens + ".5";
                case TRUE, ABSENT, TWICE, LOW, ZERO, NEGATIVE, HUGE -> Long.toString(tokens);
            };
        }
    }

    /** Returns the usages that a response with these tokens reports, in order. */
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
