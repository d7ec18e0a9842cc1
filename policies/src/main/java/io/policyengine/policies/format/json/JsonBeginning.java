package io.policyengine.policies.format.json;

/**
 * Finds the beginning of an object or an array in UTF-8 bytes as they arrive. Skips blanks, and a byte order mark as
 * many JSON readers do (RFC 8259 §8.1).
 */
public final class JsonBeginning {
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private boolean isOther;
    /** The number of bytes of a byte order mark seen so far; the length of a whole mark once no mark can follow. */
    private int marked;

    public JsonBeginning() {}

    /** Returns whether the text is known to begin with something else. */
    public boolean isOther() {
        return isOther;
    }

    /**
     * Returns the index of the brace or bracket in the next bytes; negative if they do not contain the beginning, or if
     * {@link #isOther}.
     */
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
