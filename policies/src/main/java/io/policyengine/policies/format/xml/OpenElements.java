package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;
import java.util.Arrays;

/** The open elements by name, each with the number of its child elements. All names share one array. */
final class OpenElements {
    private final int maxDepth;
    private final int maxChildren;
    private char[] names = new char[256];
    /** The index at which the name of each open element begins in the array. */
    private int[] starts = new int[16];

    private int[] children = new int[16];
    private int end;
    private int depth;
    private boolean rootSeen;

    OpenElements(int maxDepth, int maxChildren) {
        this.maxDepth = maxDepth;
        this.maxChildren = maxChildren;
    }

    /** Returns the bytes of memory held. */
    long heldBytes() {
        return (long) names.length * Character.BYTES + (long) starts.length * 2 * Integer.BYTES;
    }

    int depth() {
        return depth;
    }

    boolean isRootSeen() {
        return rootSeen;
    }

    /**
     * Counts an element that is about to begin.
     *
     * @throws XmlFault if no element may begin here, because of the depth or the number of children
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

    void pop() {
        depth--;
        end = starts[depth];
    }
}
