package io.policyengine.policies.content.shared.promptinjection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An automaton that finds expressions of many scripts in one pass (Aho and Corasick, 1975), with its transitions in a
 * hash table, since a table of states and characters would be almost empty. Immutable. A step takes constant time on
 * average.
 */
final class Automaton {
    private static final int NONE = -1;
    private static final int ASCII = 0x80;
    private static final int SHALLOW = 3;

    /** Steps: a state and a character, and behind it the next state. */
    private final long[] keys;

    private final int[] targets;
    /** The row in {@link #shallow} by state; {@link #NONE} if there is none. */
    private final int[] rows;
    /** The next states for the characters of ASCII, of states near the beginning, in which a text is most of the time. */
    private final int[] shallow;

    private final int mask;
    /** The fallback by state, used if there is no transition. */
    private final int[] fallbacks;
    /** The expressions that end in each state, in addition to those of the state in {@link #others}. */
    private final int[][] endings;
    /** The nearest fallback with an ending by state; {@link #NONE} if there is none. */
    private final int[] others;

    private Automaton(Builder from) {
        int steps = from.nodes.stream().mapToInt(node -> node.steps.size()).sum();
        int size = Integer.highestOneBit(Math.max(4, steps)) * 4;
        keys = new long[size];
        Arrays.fill(keys, NONE);
        targets = new int[size];
        mask = size - 1;
        int states = from.nodes.size();
        fallbacks = new int[states];
        others = new int[states];
        endings = new int[states][];
        for (int state = 0; state < states; state++) {
            Builder.Node node = from.nodes.get(state);
            endings[state] = node.endings.stream().mapToInt(Integer::intValue).toArray();
            for (Map.Entry<Character, Integer> step : node.steps.entrySet()) {
                put(key(state, step.getKey()), step.getValue());
            }
        }
        int[] depths = new int[states];
        link(from, depths);
        rows = new int[states];
        int count = 0;
        for (int state = 0; state < states; state++) {
            rows[state] = depths[state] <= SHALLOW ? count++ : NONE;
        }
        shallow = new int[count * ASCII];
        for (int state = 0; state < states; state++) {
            for (char c = 0; rows[state] != NONE && c < ASCII; c++) {
                shallow[rows[state] * ASCII + c] = hashed(state, c);
            }
        }
    }

    private void put(long key, int target) {
        int at = slot(key);
        keys[at] = key;
        targets[at] = target;
    }

    /** Level by level, so that the fallback of a state is known before those of its children. */
    private void link(Builder from, int[] depths) {
        Deque<Integer> open = new ArrayDeque<>();
        open.add(0);
        others[0] = NONE;
        while (!open.isEmpty()) {
            int state = open.removeFirst();
            for (Map.Entry<Character, Integer> step :
                    from.nodes.get(state).steps.entrySet()) {
                int child = step.getValue();
                int fallback = state == 0 ? 0 : hashed(fallbacks[state], step.getKey());
                depths[child] = depths[state] + 1;
                fallbacks[child] = fallback;
                others[child] = endings[fallback].length > 0 ? fallback : others[fallback];
                open.add(child);
            }
        }
    }

    private static long key(int state, char c) {
        return ((long) state << 16) | c;
    }

    private int slot(long key) {
        int at = (int) ((key * 0x9E3779B97F4A7C15L) >>> 33) & mask;
        while (keys[at] != NONE && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    /** The state after this character. */
    int step(int state, char c) {
        return c < ASCII && rows[state] != NONE ? shallow[rows[state] * ASCII + c] : hashed(state, c);
    }

    private int hashed(int state, char c) {
        int from = state;
        while (true) {
            long key = key(from, c);
            int at = slot(key);
            if (keys[at] == key) {
                return targets[at];
            }
            if (from == 0) {
                return 0;
            }
            from = fallbacks[from];
        }
    }

    /** Returns the first state, from this one on, with an ending; negative if there is none. */
    int ending(int state) {
        return endings[state].length > 0 ? state : others[state];
    }

    /** The expressions that end in a state; not to be changed. */
    int[] at(int state) {
        return endings[state];
    }

    /** Returns the next state with an ending; negative if there is none. */
    int next(int state) {
        return others[state];
    }

    /** Collects expressions. */
    static final class Builder {
        private final List<Node> nodes = new ArrayList<>(List.of(new Node()));

        private static final class Node {
            private final Map<Character, Integer> steps = new HashMap<>();
            private final List<Integer> endings = new ArrayList<>(1);
        }

        /** Adds an expression under a number. */
        void add(String text, int number) {
            int state = 0;
            for (int i = 0; i < text.length(); i++) {
                Integer next = nodes.get(state).steps.get(text.charAt(i));
                if (next == null) {
                    next = nodes.size();
                    nodes.get(state).steps.put(text.charAt(i), next);
                    nodes.add(new Node());
                }
                state = next;
            }
            nodes.get(state).endings.add(number);
        }

        /** The automaton of what was added. */
        Automaton build() {
            return new Automaton(this);
        }
    }
}
