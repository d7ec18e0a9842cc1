package io.policyengine.core.http;

/**
 * Spellings of field names that an upstream may confuse: in any case, and with any other character for each {@code -},
 * since gateways to CGI, WSGI and PHP convert all of them to {@code HTTP_X_USER_ID}.
 */
public final class FieldSpelling {
    private FieldSpelling() {}

    /**
     * Returns the normal form of all spellings: lower case, with {@code -} for each character that is neither letter
     * nor digit.
     */
    public static String normalized(String name) {
        char[] chars = HeaderMap.lowerCase(name).toCharArray();
        for (int i = 0; i < chars.length; i++) {
            if (!isLetterOrDigit(chars[i])) {
                chars[i] = '-';
            }
        }
        return new String(chars);
    }

    /**
     * True if an upstream may take the field for that of the name.
     *
     * @param field in lower case
     * @param name {@link #normalized}
     */
    public static boolean isOf(String field, String name) {
        if (field.length() != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char wanted = name.charAt(i);
            char found = field.charAt(i);
            if (wanted != found && (wanted != '-' || isLetterOrDigit(found))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }
}
