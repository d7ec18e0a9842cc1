package io.policyengine.app.demo;

import io.policyengine.app.demo.Visit.Outcome;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An expectation of an outcome: data that the client or the upstream must receive, or must not receive. */
sealed interface Expectation {
    boolean isMet(Outcome outcome);

    /** Returns a line with the actual value and, if it differs, the expected one. */
    String describe(Outcome outcome);

    enum Side {
        CLIENT("client gets"),
        UPSTREAM("upstream sees");

        private final String does;

        Side(String does) {
            this.does = does;
        }
    }

    static Expectation response(String name, String value) {
        return new Header(Side.CLIENT, name, value);
    }

    static Expectation upstream(String name, String value) {
        return new Header(Side.UPSTREAM, name, value);
    }

    static Expectation upstreamWithout(String name) {
        return new Header(Side.UPSTREAM, name, null);
    }

    /** A header field whose value must have this prefix, or that must be absent if {@code value} is null. */
    record Header(Side side, String name, @Nullable String value) implements Expectation {
        @Override
        public boolean isMet(Outcome outcome) {
            String found = found(outcome);
            return value == null ? found == null : found != null && found.startsWith(value);
        }

        private @Nullable String found(Outcome outcome) {
            return outcome.headers(side).get(name.toLowerCase(Locale.ROOT));
        }

        @Override
        public String describe(Outcome outcome) {
            String found = found(outcome);
            return side.does + " "
                    + (found == null ? "no " + name : name + ": " + found)
                    + (isMet(outcome) ? "" : "   <- expected " + (value == null ? "none" : value));
        }
    }

    /** A text that a body must contain, or must not contain. */
    record Text(Side side, String text, boolean isThere) implements Expectation {
        @Override
        public boolean isMet(Outcome outcome) {
            return outcome.body(side).contains(text) == isThere;
        }

        @Override
        public String describe(Outcome outcome) {
            String found = outcome.body(side).contains(text) ? "" : "no ";
            return side.does + " " + found + text.strip() + (isMet(outcome) ? "" : "   <- UNEXPECTED");
        }
    }

    /** The expectation that the request reaches the upstream, or that it does not. */
    record Asked(boolean isAsked) implements Expectation {
        @Override
        public boolean isMet(Outcome outcome) {
            return (outcome.upstream() != null) == isAsked;
        }

        @Override
        public String describe(Outcome outcome) {
            return "upstream " + (outcome.upstream() == null ? "gets no request" : "gets the request")
                    + (isMet(outcome) ? "" : "   <- UNEXPECTED");
        }
    }

    /** A response whose beginning must reach the client before the upstream has sent the last chunk. */
    record Streamed() implements Expectation {
        private static final long NANOS_OF_MS = 1_000_000;

        @Override
        public boolean isMet(Outcome outcome) {
            return !outcome.lines().isEmpty() && ahead(outcome) > 0;
        }

        private static long ahead(Outcome outcome) {
            return outcome.lastSent() - outcome.lines().getFirst().nanos();
        }

        @Override
        public String describe(Outcome outcome) {
            if (outcome.lines().isEmpty()) {
                return "client gets nothing   <- expected the first line before the upstream sends the last";
            }
            long ms = Math.abs(ahead(outcome)) / NANOS_OF_MS;
            return "client gets the first line " + ms + " ms " + (isMet(outcome) ? "before" : "AFTER")
                    + " the upstream sends the last";
        }
    }
}
