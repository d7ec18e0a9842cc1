package io.policyengine.policies.format.xml;

/** The characters of XML 1.0 (fifth edition). */
final class XmlChars {
    private XmlChars() {}

    /** Returns whether the character is white space (§2.3). */
    static boolean isBlank(int c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    /** Returns whether a document may contain the character (§2.2). */
    static boolean isChar(int c) {
        return c >= 0x20 ? c <= 0xD7FF || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000 : isBlank(c);
    }

    /** Returns whether a name may begin with the character (§2.3); false for the colon. */
    static boolean isNameStart(int c) {
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        }
        return in(c, 0xC0, 0xD6)
                || in(c, 0xD8, 0xF6)
                || in(c, 0xF8, 0x2FF)
                || in(c, 0x370, 0x37D)
                || in(c, 0x37F, 0x1FFF)
                || in(c, 0x200C, 0x200D)
                || in(c, 0x2070, 0x218F)
                || in(c, 0x2C00, 0x2FEF)
                || in(c, 0x3001, 0xD7FF)
                || in(c, 0xF900, 0xFDCF)
                || in(c, 0xFDF0, 0xFFFD)
                || in(c, 0x10000, 0xEFFFF);
    }

    /** Returns whether a name may contain the character after its first one (§2.3); true for the colon. */
    static boolean isNamePart(int c) {
        return isNameStart(c)
                || in(c, '0', '9')
                || c == '-'
                || c == '.'
                || c == ':'
                || c == 0xB7
                || in(c, 0x300, 0x36F)
                || in(c, 0x203F, 0x2040);
    }

    /** Returns the number of UTF-8 bytes of a character. */
    static int bytesOf(int c) {
        return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }

    private static boolean in(int c, int first, int last) {
        return c >= first && c <= last;
    }
}
