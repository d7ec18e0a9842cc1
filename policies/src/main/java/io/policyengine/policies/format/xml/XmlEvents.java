package io.policyengine.policies.format.xml;

/** Receives the events of an {@link XmlScanner}. If the document is refused later, all its events must be discarded. */
public interface XmlEvents {
    /** Ignores all events. The scanner keeps no text for this receiver. */
    XmlEvents NONE = new XmlEvents() {
        @Override
        public boolean wantsValues() {
            return false;
        }

        @Override
        public void beginElement(String name) {
            // Ignored.
        }

        @Override
        public void attribute(String name, String value) {
            // Ignored.
        }

        @Override
        public void text(int codePoint) {
            // Ignored.
        }

        @Override
        public void endElement() {
            // Ignored.
        }
    };

    /** Returns whether attribute values are wanted. Otherwise values are reported as empty and are not kept. */
    default boolean wantsValues() {
        return true;
    }

    /** Receives the beginning of an element. The name includes its prefix. The element's attributes follow. */
    void beginElement(String name);

    /** Receives an attribute of the element that has just begun, or a namespace declaration. */
    void attribute(String name, String value);

    /**
     * Receives the next text character in the innermost element. Line ends are {@code \n}, and references are resolved.
     */
    void text(int codePoint);

    /** Receives the end of the innermost open element. */
    void endElement();
}
