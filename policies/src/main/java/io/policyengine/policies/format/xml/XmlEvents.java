package io.policyengine.policies.format.xml;

/** Receives the events of an {@link XmlScanner}. The events of a document that is then refused must be discarded. */
public interface XmlEvents {
    /** Ignores all events; the scanner keeps no text for it. */
    XmlEvents NONE = new XmlEvents() {
        @Override
        public boolean wantsValues() {
            return false;
        }

        @Override
        public void beginElement(String name) {
            // Nobody listens.
        }

        @Override
        public void attribute(String name, String value) {
            // Nobody listens.
        }

        @Override
        public void text(int codePoint) {
            // Nobody listens.
        }

        @Override
        public void endElement() {
            // Nobody listens.
        }
    };

    /** Returns whether attribute values are wanted; otherwise they arrive empty and are not kept while being read. */
    default boolean wantsValues() {
        return true;
    }

    /** Receives the beginning of an element, whose attributes follow. The name includes its prefix. */
    void beginElement(String name);

    /** Receives an attribute of the element that has just begun, or a namespace declaration. */
    void attribute(String name, String value);

    /** Receives the next text character in the innermost element; line ends are {@code \n}, references are resolved. */
    void text(int codePoint);

    /** Receives the end of the innermost open element. */
    void endElement();
}
