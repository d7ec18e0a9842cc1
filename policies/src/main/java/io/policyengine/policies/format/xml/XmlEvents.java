package io.policyengine.policies.format.xml;

/** The receiver of what a {@link XmlScanner} reads. What came of a document that the scanner then refuses is to be thrown away. */
public interface XmlEvents {
    /** Nothing is told: the scanner keeps no text for it. */
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

    /** True if the values of attributes are asked for; otherwise they are told as empty, and not kept while they are read. */
    default boolean wantsValues() {
        return true;
    }

    /** An element begins; its attributes follow. The name has its prefix. */
    void beginElement(String name);

    /** An attribute of the element that has just begun, or a declaration of a namespace. */
    void attribute(String name, String value);

    /** The next character of the text in the innermost open element: line ends are {@code \n}, references are resolved. */
    void text(int codePoint);

    /** The innermost open element ends. */
    void endElement();
}
