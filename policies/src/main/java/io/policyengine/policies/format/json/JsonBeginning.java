package io.policyengine.policies.format.json;

/**
 * Finds the beginning of an object or an array in UTF-8 bytes as they arrive. It skips blanks, and a byte order mark as
 * many readers of JSON do (RFC 8259 §8.1).
 */
public final class JsonBeginning {
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private boolean isOther;
    /** The bytes of a byte order mark seen so far; its full length if there is no mark. */
    private int marked;

    public JsonBeginning() {}

    /** True once the text is known to begin differently. */
    public boolean isOther() {
        return isOther;
    }

    /** Returns the index of the brace or bracket in the next bytes; negative if not found, or if {@link #isOther}. */
    public int in(byte[] more) {
        for (int i = 0; i < more.length; i++) {
            byte octet = more[i];
            if (marked < MARK.length && octet == MARK[marked]) {
                marked++;
                continue;
            }
            boolean isBroken = marked > 0 && marked < MARK.length;
            marked = MARK.length;
            if (!isBroken && (octet == '{' || octet == '[')) {
                return i;
            }
            if (isBroken || (octet != ' ' && octet != '\t' && octet != '\r' && octet != '\n')) {
                isOther = true;
                return -1;
            }
        }
        return -1;
    }
}
