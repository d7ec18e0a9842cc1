package io.policyengine.it.simulation.world;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What a policy does with one message.
 *
 * @param after how long it takes; zero: at once
 */
public record Behaviour(Kind kind, Duration after) {
    /** Answers the client at once. */
    public static final Behaviour DENIES = new Behaviour(Kind.DENY, Duration.ZERO);

    /** How it ends. */
    public enum Kind {
        /** It lets the message pass. */
        PROCEED,
        /** It lets the message pass, by the policies after it as well. */
        SKIP,
        /** It answers the client. */
        DENY,
        /** It throws. */
        THROW,
        /** Its future fails. */
        FAIL,
        /** Asks for something that no policy may. */
        ILLEGAL,
        /** It does nothing more. */
        NEVER;

        /** Whether the engine has to take it as a failure of the entry. */
        public boolean isFailure() {
            return this == THROW || this == FAIL || this == ILLEGAL;
        }
    }

    /** Mostly at once and well; the rest is what policies do wrong. */
    public static Behaviour draw(RandomGenerator random, boolean request) {
        int roll = random.nextInt(1000);
        Duration after = Duration.ZERO;
        int haste = random.nextInt(100);
        if (haste < 8) {
            after = Duration.ofNanos(random.nextLong(Duration.ofMillis(50).toNanos()));
        } else if (haste < 12) {
            after = Duration.ofNanos(random.nextLong(Duration.ofMillis(400).toNanos()));
        }
        Kind kind = roll < 890
                ? Kind.PROCEED
                : roll < 910
                        ? Kind.SKIP
                        : roll < 930 && request
                                ? Kind.DENY
                                : roll < 945
                                        ? Kind.THROW
                                        : roll < 965 ? Kind.FAIL : roll < 985 ? Kind.ILLEGAL : Kind.NEVER;
        return new Behaviour(kind, after);
    }
}
