package io.policyengine.core.params;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Estimates the size of a third party's regular expression after compilation, when its counted repeats are expanded:
 * {@code ((a{1000}){1000}){1000}} has 24 characters but a billion states.
 */
final class PatternBounds {
    /** Maximum number of states of one regular expression of a third party's schema. */
    static final int MAX_STATES = 10_000;

    /** Maximum nesting depth of groups in a regular expression. */
    private static final int MAX_DEPTH = 100;

    /** Estimated number of states of a Unicode class, such as {@code \p{L}}, which has hundreds of ranges. */
    private static final long UNICODE_CLASS = 200;

    private final String pattern;
    private int at;

    /**
     * A group that is not yet closed. The states of its last piece are counted separately, since a repeat multiplies
     * only them.
     */
    private static final class Group {
        private long states;
        private long last;

        void add(long piece) {
            states += last;
            last = piece;
        }

        void repeat(long times) {
            last = Math.min(Integer.MAX_VALUE, last * Math.max(1, times) + 1);
        }
    }

    private PatternBounds(String pattern) {
        this.pattern = pattern;
    }

    /**
     * Rejects an expression that is too large.
     * @throws IllegalArgumentException if it is too large
     */
    static void check(String pattern) {
        if (pattern.length() > MAX_STATES || new PatternBounds(pattern).states() > MAX_STATES) {
            throw new IllegalArgumentException(
                    "a pattern has more than " + MAX_STATES + " states when its repeats are written out");
        }
    }

    private long states() {
        Deque<Group> open = new ArrayDeque<>();
        Group group = new Group();
        while (at < pattern.length() && group.states <= MAX_STATES) {
            char next = pattern.charAt(at);
            at++;
            switch (next) {
                case '(' -> {
                    if (open.size() >= MAX_DEPTH) {
                        throw new IllegalArgumentException("a pattern has groups within more than " + MAX_DEPTH);
                    }
                    open.push(group);
                    group = new Group();
                }
                case ')' -> {
                    if (!open.isEmpty()) {
                        Group outer = open.pop();
                        outer.add(group.states + group.last + 2);
                        group = outer;
                    }
                }
                case '\\' -> group.add(escaped());
                case '[' -> group.add(bracket());
                case '{' -> group.repeat(count());
                case '*', '+', '?' -> group.repeat(1);
                default -> group.add(1);
            }
        }
        long states = group.states + group.last;
        for (Group outer : open) {
            states += outer.states + outer.last;
        }
        return states;
    }

    private long escaped() {
        if (at >= pattern.length()) {
            return 1;
        }
        char kind = pattern.charAt(at);
        at++;
        return kind == 'p' || kind == 'P' ? UNICODE_CLASS : 1;
    }

    /**
     * Reads a character class to its end and returns the number of its states. A bracket at its beginning is a literal
     * member.
     */
    private long bracket() {
        long members = 1;
        if (at < pattern.length() && pattern.charAt(at) == '^') {
            at++;
        }
        boolean first = true;
        while (at < pattern.length() && (first || pattern.charAt(at) != ']')) {
            first = false;
            char next = pattern.charAt(at);
            at++;
            members += next == '\\' ? escaped() : 1;
        }
        at++;
        return members;
    }

    /** Reads a counted repeat and returns its larger number; returns 1 if the braces are literal. */
    private long count() {
        long most = 0;
        long number = 0;
        int from = at;
        for (int i = at; i < pattern.length(); i++) {
            char next = pattern.charAt(i);
            if (next >= '0' && next <= '9') {
                number = Math.min(Integer.MAX_VALUE, number * 10 + next - '0');
            } else if (next == ',' || next == '}') {
                most = Math.max(most, number);
                number = 0;
                if (next == '}') {
                    at = i + 1;
                    return most;
                }
            } else {
                break;
            }
        }
        at = from;
        return 1;
    }
}
