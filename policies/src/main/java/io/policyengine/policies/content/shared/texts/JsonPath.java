package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.format.json.JsonTexts;
import java.util.Arrays;

/** The path to the current position of a JSON reader, bounded in depth and length. */
final class JsonPath {
    /** Maximum nesting of objects and arrays in a JSON text that is searched. */
    static final int MAX_DEPTH = JsonTexts.MAX_DEPTH;

    /** Maximum characters of a JSON path to which further levels are appended; a longer path omits deeper levels. */
    private static final int MAX_LENGTH = 256;

    private boolean[] objects = new boolean[16];
    private int[] indices = new int[16];
    private String[] names = new String[16];
    private String[] prefixes = new String[16];

    private int depth;

    int depth() {
        return depth;
    }

    boolean inObject() {
        return depth > 0 && objects[depth - 1];
    }

    /** Opens a level. The reader bounds the number of levels. */
    void open(boolean object) {
        if (depth == indices.length) {
            objects = Arrays.copyOf(objects, depth * 2);
            indices = Arrays.copyOf(indices, depth * 2);
            names = Arrays.copyOf(names, depth * 2);
            prefixes = Arrays.copyOf(prefixes, depth * 2);
        }
        prefixes[depth] = depth == 0 ? "" : value();
        objects[depth] = object;
        indices[depth] = 0;
        names[depth] = "";
        depth++;
    }

    void close() {
        depth--;
    }

    /** Moves to the next element of the array or member of the object. */
    void next() {
        indices[depth - 1]++;
    }

    void named(String name) {
        names[depth - 1] = name;
    }

    /** Returns the name of the innermost object member that contains the current position; empty if there is none. */
    String name() {
        for (int i = depth - 1; i >= 0; i--) {
            if (objects[i]) {
                return names[i];
            }
        }
        return "";
    }

    /** Returns the path to the innermost object or array. */
    String container() {
        return depth == 0 ? "" : prefixes[depth - 1];
    }

    /** Returns the path to the current value. */
    String value() {
        if (depth == 0) {
            return "";
        }
        String prefix = prefixes[depth - 1];
        if (prefix.length() >= MAX_LENGTH) {
            return prefix;
        }
        if (!objects[depth - 1]) {
            return prefix + '[' + indices[depth - 1] + ']';
        }
        return prefix.isEmpty() ? names[depth - 1] : prefix + '.' + names[depth - 1];
    }
}
