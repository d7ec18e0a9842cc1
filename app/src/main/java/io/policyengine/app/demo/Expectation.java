package io.policyengine.app.demo;

import io.policyengine.app.demo.Visit.Outcome;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A thing that a client or the upstream is to get, or is not. */
sealed interface Expectation {
    /** True if it has come so. */
    boolean isMet(Outcome outcome);

    /** Returns a line with the actual value and, if it differs, the expected one. */
    String describe(Outcome outcome);

    /** An end of the way that a request and its response take. */
    enum Side {
        /** The client, by its response. */
        CLIENT("client gets"),
        /** The upstream, by its request. */
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

    /**
     * A header field that is there, or is not.
     *
     * @param value what it begins with; null: it is absent
     */
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

    /**
     * A text that stands somewhere in the body, or does not.
     *
     * @param isThere true if it is to stand there
     */
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

    /**
     * The arrival of the request at the upstream.
     *
     * @param isAsked true if it is to arrive there
     */
    record Asked(boolean isAsked) implements Expectation {
        @Override
        public boolean isMet(Outcome outcome) {
            return (outcome.upstream() != null) == isAsked;
        }

        @Override
        public String describe(Outcome outcome) {
            return "upstream " + (outcome.upstream() == null ? "is not asked" : "is asked")
                    + (isMet(outcome) ? "" : "   <- UNEXPECTED");
        }
    }

    /** A response that the client begins to get before the upstream has sent the last of it. */
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
