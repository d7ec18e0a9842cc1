package io.policyengine.core.http;

/**
 * Compares spellings of a field name that an upstream may treat as the same name. The spellings differ in letter case,
 * or have another character instead of {@code -}. Gateways to CGI, WSGI and PHP convert all of them to one variable,
 * such as {@code HTTP_X_USER_ID}.
 */
public final class FieldSpelling {
    private FieldSpelling() {}

    /**
     * Returns the common form of all spellings of a field name: in lower case, with {@code -} instead of each character
     * that is not a letter or digit.
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
     * Returns whether an upstream may treat the field as a field of the given name.
     *
     * @param field the field's name in lower case
     * @param name the name in its {@link #normalized} form
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
