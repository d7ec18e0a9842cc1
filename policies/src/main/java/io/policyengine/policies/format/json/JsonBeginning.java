package io.policyengine.policies.format.json;

/**
 * The look for the beginning of an object or an array in what may be JSON, as its bytes come in UTF-8: behind blanks, and behind a byte order
 * mark, which many readers of JSON skip (RFC 8259 §8.1).
 */
public final class JsonBeginning {
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private boolean isOther;
    /** The bytes of a byte order mark that have come; its length, too, where there is none. */
    private int marked;

    /** A look before the first byte. */
    public JsonBeginning() {}

    /** True once it is known to begin otherwise. */
    public boolean isOther() {
        return isOther;
    }

    /** The place of the brace or bracket in the next bytes; negative while marks and blanks are all that has come, or if it begins otherwise. */
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
