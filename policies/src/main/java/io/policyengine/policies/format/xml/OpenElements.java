package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;
import java.util.Arrays;

/** The elements that are open, by name, each with the number of elements in it. The names stand in one array, one after the other. */
final class OpenElements {
    private final int maxDepth;
    private final int maxChildren;
    private char[] names = new char[256];
    /** The place where the name of each open element begins, and the number of elements in it. */
    private int[] starts = new int[16];

    private int[] children = new int[16];
    private int end;
    private int depth;
    private boolean rootSeen;

    /** Creates a stack without open elements. */
    OpenElements(int maxDepth, int maxChildren) {
        this.maxDepth = maxDepth;
        this.maxChildren = maxChildren;
    }

    /** Bytes of memory for their names. */
    long heldBytes() {
        return (long) names.length * Character.BYTES + (long) starts.length * 2 * Integer.BYTES;
    }

    /** Returns the number of open elements. */
    int depth() {
        return depth;
    }

    /** True once the outermost one has begun. */
    boolean isRootSeen() {
        return rootSeen;
    }

    /**
     * Another one may begin here.
     *
     * @throws XmlFault if not
     */
    void requireRoom() throws XmlFault {
        if (depth == 0) {
            if (rootSeen) {
                throw new XmlFault(Kind.MALFORMED);
            }
            rootSeen = true;
        } else if (++children[depth - 1] > maxChildren) {
            throw new XmlFault(Kind.CHILDREN);
        }
        if (depth == maxDepth) {
            throw new XmlFault(Kind.DEPTH);
        }
    }

    /** Opens an element. */
    void push(String name) {
        if (depth == starts.length) {
            starts = Arrays.copyOf(starts, depth * 2);
            children = Arrays.copyOf(children, depth * 2);
        }
        if (names.length - end < name.length()) {
            names = Arrays.copyOf(names, Math.max(names.length * 2, end + name.length()));
        }
        name.getChars(0, name.length(), names, end);
        starts[depth] = end;
        children[depth] = 0;
        end += name.length();
        depth++;
    }

    /** True if the innermost one has this name. */
    boolean isInnermost(String name) {
        int start = depth == 0 ? end : starts[depth - 1];
        if (depth == 0 || end - start != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (names[start + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The innermost one ends. */
    void pop() {
        depth--;
        end = starts[depth];
    }
}
