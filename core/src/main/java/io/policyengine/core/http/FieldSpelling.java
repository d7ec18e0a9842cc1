package io.policyengine.core.http;

/**
 * Spellings of a field name that an upstream may confuse: any letter case, and any character in place of {@code -}.
 * Gateways to CGI, WSGI and PHP convert all of them to one variable, such as {@code HTTP_X_USER_ID}.
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
     * True if an upstream may confuse the field with one of this name.
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
