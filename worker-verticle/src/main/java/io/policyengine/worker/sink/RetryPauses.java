package io.policyengine.worker.sink;

import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.config.SinkConfig;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pauses between attempts to deliver a batch. They double up to a maximum, with 50 % jitter. A server may request a
 * longer pause with {@code Retry-After} (RFC 9110 §10.2.3).
 */
final class RetryPauses {
    /** Maximum number of doublings of the pause between two attempts to deliver a batch. */
    private static final int MAX_DOUBLINGS = 20;

    private final SinkConfig.Retry retry;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private int failures;

    /** Creates the pauses in their initial state; {@code random} returns numbers from 0 to 1. */
    RetryPauses(SinkConfig.Retry retry, InstantSource clock, DoubleSupplier random) {
        this.retry = retry;
        this.clock = clock;
        this.random = random;
    }

    void succeeded() {
        failures = 0;
    }

    /** Returns the pause after one more failure. {@code answer} is the server's response, or null. */
    Duration next(@Nullable CalloutResponse answer) {
        long longest = retry.maxBackoff().toMillis();
        long grown = retry.backoff().toMillis() << Math.min(failures, MAX_DOUBLINGS);
        failures++;
        long most = Math.min(longest, Math.max(1, grown));
        long jittered = Math.round(most * (0.5 + random.getAsDouble() / 2));
        long asked = answer == null ? 0 : asked(answer);
        return Duration.ofMillis(Math.min(longest, Math.max(jittered, asked)));
    }

    /** Returns the pause that the server requests, in milliseconds, or 0. */
    private long asked(CalloutResponse answer) {
        String value = answer.headers().get("retry-after");
        if (value == null) {
            return 0;
        }
        try {
            return value.chars().allMatch(c -> c >= '0' && c <= '9')
                    ? Math.multiplyExact(Long.parseLong(value), 1000L)
                    : Duration.between(
                                    clock.instant(), ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME))
                            .toMillis();
        } catch (NumberFormatException | ArithmeticException | DateTimeException malformed) {
            return 0;
        }
    }
}
