package io.policyengine.policies.format.json;

import io.policyengine.policies.format.utf8.Utf8Check;

/**
 * Finds the beginning of an object or an array in UTF-8 bytes as they arrive. Skips a byte order mark and any blanks,
 * as some JSON readers do. If a comment or a prefix that only lenient readers skip precedes the object or array, it is
 * the beginning.
 */
public final class JsonBeginning {
    private final Utf8Check utf8 = new Utf8Check();
    private boolean isOther;

    public JsonBeginning() {}

    /** Returns whether the text is known to begin with neither an object nor an array. */
    public boolean isOther() {
        return isOther;
    }

    /** Returns the index of the beginning in the next bytes; negative if it is not found in them. */
    public int in(byte[] more) {
        for (int i = 0; i < more.length; i++) {
            int octet = more[i] & 0xFF;
            boolean isWide = octet >= 0x80 || utf8.isWithin();
            boolean isPart = !isWide || utf8.take(octet);
            if (!isWide && JsonReader.mayBegin(octet)) {
                return i;
            }
            boolean isDecided = !isWide || !isPart || !utf8.isWithin();
            if (isDecided && (!isPart || !JsonReader.isSkipped(isWide ? utf8.codePoint() : octet))) {
                isOther = true;
                return -1;
            }
        }
        return -1;
    }
}
