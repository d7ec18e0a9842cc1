package io.policyengine.policies.format.search;

import java.util.Arrays;
import java.util.List;

/**
 * The prefixes of words as a tree. Node 0 is the empty prefix; every other node extends its parent by one character.
 */
final class Trie {
    private static final int[] NO_WORDS = {};

    private int size = 1;
    private int[] characters = new int[64];
    private int[] firstChildren = new int[64];
    private int[] nextSiblings = new int[64];
    private int[][] words = new int[64][];

    private Trie() {
        words[0] = NO_WORDS;
    }

    static Trie of(List<int[]> words) {
        Trie trie = new Trie();
        for (int number = 0; number < words.size(); number++) {
            trie.add(words.get(number), number);
        }
        return trie;
    }

    private void add(int[] word, int number) {
        int node = 0;
        for (int character : word) {
            int child = child(node, character);
            node = child == 0 ? addChild(node, character) : child;
        }
        int[] before = words[node];
        words[node] = Arrays.copyOf(before, before.length + 1);
        words[node][before.length] = number;
    }

    private int addChild(int node, int character) {
        if (size == characters.length) {
            characters = Arrays.copyOf(characters, size * 2);
            firstChildren = Arrays.copyOf(firstChildren, size * 2);
            nextSiblings = Arrays.copyOf(nextSiblings, size * 2);
            words = Arrays.copyOf(words, size * 2);
        }
        characters[size] = character;
        nextSiblings[size] = firstChildren[node];
        firstChildren[node] = size;
        words[size] = NO_WORDS;
        return size++;
    }

    int size() {
        return size;
    }

    /** Returns the numbers of the words that end in a node. */
    int[] words(int node) {
        return words[node];
    }

    /** Returns a node's child for a character; 0 if there is none. */
    int child(int node, int character) {
        int child = firstChildren[node];
        while (child != 0 && characters[child] != character) {
            child = nextSiblings[child];
        }
        return child;
    }

    /** Returns the first child, or 0 if absent. */
    int firstChild(int node) {
        return firstChildren[node];
    }

    /** Returns the next child of the same parent, or 0 if absent. */
    int nextSibling(int node) {
        return nextSiblings[node];
    }

    /** Returns the last character of a node's prefix. */
    int character(int node) {
        return characters[node];
    }

    /** Returns all nodes in order of depth. */
    int[] byDepth() {
        int[] order = new int[size];
        int known = 1;
        for (int i = 0; i < known; i++) {
            for (int child = firstChildren[order[i]]; child != 0; child = nextSiblings[child]) {
                order[known++] = child;
            }
        }
        return order;
    }

    /**
     * Returns the fallback of each node: its longest proper suffix that is itself a node. Writes the depth of each node
     * to {@code depths}.
     */
    int[] link(int[] depths) {
        int[] fallbacks = new int[size];
        for (int node : byDepth()) {
            for (int child = firstChildren[node]; child != 0; child = nextSiblings[child]) {
                depths[child] = depths[node] + 1;
                fallbacks[child] = node == 0 ? 0 : longestEnd(fallbacks, fallbacks[node], characters[child]);
            }
        }
        return fallbacks;
    }

    private int longestEnd(int[] fallbacks, int first, int character) {
        int node = first;
        int child = child(node, character);
        while (child == 0 && node != 0) {
            node = fallbacks[node];
            child = child(node, character);
        }
        return child;
    }
}
