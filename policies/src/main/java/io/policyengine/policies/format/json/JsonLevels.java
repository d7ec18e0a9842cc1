package io.policyengine.policies.format.json;

import io.policyengine.policies.format.json.JsonFault.Kind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The open objects and arrays of a JSON text, with the numbers of their items. The names of all small objects share one
 * stack; a large object has a {@link NameSet}.
 */
final class JsonLevels {
    /** Maximum names of a JSON object that are compared one by one. An object with more names uses a hash table. */
    private static final int MAX_COMPARED = 16;

    private final JsonLimits limits;
    private boolean[] objects = new boolean[16];
    private int[] counts = new int[16];
    private int depth;

    /** The digests of the names of open objects; {@link #firsts} has the index of each level's first name. */
    private long[] digests = {};

    private int[] firsts = {};
    private int top;
    private int heldNames;
    private final Map<Integer, NameSet> large = new HashMap<>(0);

    JsonLevels(JsonLimits limits) {
        this.limits = limits;
    }

    int depth() {
        return depth;
    }

    boolean inObject() {
        return depth > 0 && objects[depth - 1];
    }

    int heldNames() {
        return heldNames;
    }

    /** Returns the bytes of memory held for names. */
    long heldBytes() {
        long all = (long) digests.length * Long.BYTES;
        for (NameSet names : large.values()) {
            all += names.heldBytes();
        }
        return all;
    }

    void open(boolean isObject) throws JsonFault {
        if (depth == limits.depth()) {
            throw new JsonFault(Kind.DEPTH);
        }
        if (depth == counts.length) {
            objects = Arrays.copyOf(objects, depth * 2);
            counts = Arrays.copyOf(counts, depth * 2);
        }
        if (!limits.duplicates()) {
            if (depth >= firsts.length) {
                firsts = Arrays.copyOf(firsts, counts.length);
            }
            firsts[depth] = top;
        }
        objects[depth] = isObject;
        counts[depth] = 0;
        depth++;
    }

    void close() {
        depth--;
        if (!limits.duplicates() && objects[depth]) {
            heldNames -= counts[depth];
            top = firsts[depth];
            if (counts[depth] > MAX_COMPARED) {
                large.remove(depth);
            }
        }
    }

    /** Counts an element if the innermost level is an array. */
    void element() throws JsonFault {
        if (depth > 0 && !objects[depth - 1]) {
            count(limits.elements(), Kind.ELEMENTS);
        }
    }

    void member() throws JsonFault {
        count(limits.members(), Kind.MEMBERS);
    }

    private void count(int max, Kind kind) throws JsonFault {
        if (++counts[depth - 1] > max) {
            throw new JsonFault(kind);
        }
    }

    /**
     * Records the name of the member that was counted last.
     *
     * @throws JsonFault if the object already has the name
     */
    void name(long digest) throws JsonFault {
        int level = depth - 1;
        heldNames++;
        boolean isNew = counts[level] > MAX_COMPARED ? large(level).add(digest) : addFew(firsts[level], digest);
        if (!isNew) {
            throw new JsonFault(Kind.DUPLICATE);
        }
    }

    private boolean addFew(int first, long digest) {
        for (int i = first; i < top; i++) {
            if (digests[i] == digest) {
                return false;
            }
        }
        if (top == digests.length) {
            digests = Arrays.copyOf(digests, Math.max(MAX_COMPARED, top * 2));
        }
        digests[top++] = digest;
        return true;
    }

    private NameSet large(int level) {
        NameSet known = large.get(level);
        if (known != null) {
            return known;
        }
        NameSet names = new NameSet();
        for (int i = firsts[level]; i < top; i++) {
            names.add(digests[i]);
        }
        large.put(level, names);
        return names;
    }
}
