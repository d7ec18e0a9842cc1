package io.policyengine.policies.content.shared.content;

import io.policyengine.policies.format.json.JsonTexts;
import java.util.Arrays;

/** The path to where a reader of JSON stands. Bounded, however the text nests and is named. */
final class JsonPath {
    /** Most levels of objects and arrays in each other. */
    static final int MAX_DEPTH = JsonTexts.MAX_DEPTH;

    /** Most characters of a path that are told. */
    private static final int MAX_LENGTH = 256;

    private boolean[] objects = new boolean[16];
    private int[] indices = new int[16];
    private String[] names = new String[16];
    /** The path to each level; empty where it has not been asked for. */
    private String[] prefixes = new String[16];

    private int depth;

    int depth() {
        return depth;
    }

    /** True if the innermost level is an object. */
    boolean inObject() {
        return depth > 0 && objects[depth - 1];
    }

    /** Opens a level; the reader bounds their number. */
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

    /** The next element of the array, or member of the object. */
    void next() {
        indices[depth - 1]++;
    }

    /** The next member of the object has this name. */
    void named(String name) {
        names[depth - 1] = name;
    }

    /** The name of the innermost member around the place; empty if there is none. */
    String name() {
        for (int i = depth - 1; i >= 0; i--) {
            if (objects[i]) {
                return names[i];
            }
        }
        return "";
    }

    /** The path to the innermost object or array. */
    String container() {
        return depth == 0 ? "" : prefixes[depth - 1];
    }

    /** The path to the value that stands here. */
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
