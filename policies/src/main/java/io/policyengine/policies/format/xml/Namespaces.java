package io.policyengine.policies.format.xml;

import io.policyengine.policies.format.xml.XmlFault.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The namespace declarations in scope (Namespaces in XML 1.0). A namespace is represented by a digest of its name.
 * Equal names always have equal digests. Different names have equal digests only if a document's author intends it. The
 * only effect is that the document is refused.
 */
final class Namespaces {
    private static final long XML = digestOf("http://www.w3.org/XML/1998/namespace");
    private static final long XMLNS = digestOf("http://www.w3.org/2000/xmlns/");
    private static final long EMPTY = Digest.START;

    /** Estimated bytes of memory for a declaration in {@link #byPrefix} and {@link #open}. */
    private static final int A_DECLARATION = 200;

    private final int max;
    private final boolean lenient;
    private final Map<String, Long> byPrefix = new HashMap<>();
    private final Deque<Declaration> open = new ArrayDeque<>();

    /** A declaration, and the outer declaration of the same prefix that it hides. */
    private record Declaration(
            int depth, String prefix, @Nullable Long hidden) {}

    /**
     * Creates the namespaces of a document. Initially, only the prefix {@code xml} is declared.
     *
     * @param max maximum declarations in scope
     * @param lenient true to accept any declaration, as parsers without namespaces do
     */
    Namespaces(int max, boolean lenient) {
        this.max = max;
        this.lenient = lenient;
        byPrefix.put("xml", XML);
    }

    /** Returns the estimated bytes of memory for the declarations in scope. */
    long heldBytes() {
        return (long) A_DECLARATION * open.size();
    }

    private static long digestOf(String name) {
        return name.chars().asLongStream().reduce(Digest.START, Digest::add);
    }

    /** Returns whether an attribute with the given name is a namespace declaration. */
    static boolean declares(String attribute) {
        return attribute.equals("xmlns") || attribute.startsWith("xmlns:");
    }

    /**
     * Adds a declaration.
     *
     * @param attribute the name of the declaring attribute
     * @param namespace the digest of the attribute's value
     * @param depth of the element
     * @throws XmlFault if the declaration is not permitted, or there are too many
     */
    void declare(String attribute, long namespace, int depth) throws XmlFault {
        String prefix = attribute.length() == "xmlns".length() ? "" : attribute.substring("xmlns:".length());
        boolean allowed = !prefix.equals("xmlns")
                && namespace != XMLNS
                && (prefix.equals("xml") == (namespace == XML))
                && (prefix.isEmpty() || namespace != EMPTY);
        if (!allowed && !lenient) {
            throw new XmlFault(Kind.MALFORMED);
        }
        if (open.size() == max) {
            throw new XmlFault(Kind.NAMESPACES);
        }
        open.push(new Declaration(depth, prefix, byPrefix.put(prefix, namespace)));
    }

    /**
     * Returns the digest of a prefix's namespace.
     *
     * @throws XmlFault if the prefix is not declared
     */
    long of(String prefix) throws XmlFault {
        Long namespace = byPrefix.get(prefix);
        if (namespace == null) {
            throw new XmlFault(Kind.MALFORMED);
        }
        return namespace;
    }

    /** Removes the declarations of the element that has ended at a depth. */
    void end(int depth) {
        for (Declaration last = open.peek(); last != null && last.depth() == depth; last = open.peek()) {
            open.pop();
            if (last.hidden() == null) {
                byPrefix.remove(last.prefix());
            } else {
                byPrefix.put(last.prefix(), last.hidden());
            }
        }
    }
}
