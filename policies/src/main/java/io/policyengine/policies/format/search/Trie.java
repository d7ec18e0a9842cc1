package io.policyengine.policies.format.search;

import java.util.Arrays;
import java.util.List;

/** The beginnings of words as a tree: node 0 is the empty one, and each other is its parent with one character more. */
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

    /** The words that end in a node, by their numbers. */
    int[] words(int node) {
        return words[node];
    }

    /** The child with this character; 0 if there is none. */
    int child(int node, int character) {
        int child = firstChildren[node];
        while (child != 0 && characters[child] != character) {
            child = nextSiblings[child];
        }
        return child;
    }

    /** The first child; 0 if there is none. */
    int firstChild(int node) {
        return firstChildren[node];
    }

    /** The next child of the same parent; 0 if there is none. */
    int nextSibling(int node) {
        return nextSiblings[node];
    }

    /** The last character of a node. */
    int character(int node) {
        return characters[node];
    }

    /** All nodes, each behind those with fewer characters. */
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

    /** The fallbacks: of each node the longest other one that it ends with. Fills in the numbers of characters. */
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
