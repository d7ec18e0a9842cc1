package io.policyengine.policies.format.form;

/**
 * Checks the form field that states the charset, as the octets of names and values arrive. Holds one name or value, at
 * most {@value #MAX_HELD} octets.
 */
public final class CharsetField {
    /**
     * Maximum octets that are kept of a name or value. A longer text is neither the field's name nor an accepted
     * charset.
     */
    private static final int MAX_HELD = 32;

    private final StringBuilder text = new StringBuilder();
    private boolean isStated;

    /** Returns a check that begins at the value of a field that states the charset. */
    public static CharsetField inValue() {
        CharsetField field = new CharsetField();
        field.isStated = true;
        return field;
    }

    /** Reads the next octet of a name or a value, 0 to 255. */
    public void octet(int octet) {
        if (text.length() < MAX_HELD) {
            text.append((char) octet);
        }
    }

    /** Ends the name of a field; the octets of its value follow. */
    public void endName() {
        isStated = FormCharset.isField(text.toString());
        text.setLength(0);
    }

    /** Ends the field; returns false if it states a charset other than UTF-8 for the form. */
    public boolean endField() {
        boolean isClear = !isStated || FormCharset.isUtf8(text.toString());
        isStated = false;
        text.setLength(0);
        return isClear;
    }
}
