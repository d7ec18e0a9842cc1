package io.policyengine.policies.content.shared.entities;

import java.util.Set;

/**
 * Keys of Amazon Web Services. An access key id has four characters for its kind, followed by sixteen capital letters
 * and digits. A secret access key has forty characters of base64, and is recognized only if a word such as "secret"
 * precedes it.
 */
final class AwsKeyDetector implements Detector {
    private static final Context SECRET = new Context(Set.of(), Set.of("secret", "awssecret"));
    private static final int ID = 20;
    private static final int SECRET_LENGTH = 40;

    @Override
    public Entity entity() {
        return Entity.AWS_KEY;
    }

    @Override
    public int longest() {
        return SECRET_LENGTH + 1;
    }

    @Override
    public boolean mayBeginWith(char first) {
        return Chars.isWord(first) || first == '/' || first == '+';
    }

    @Override
    public int match(Window text, int start) {
        if (isOfSecret(text.at(start - 1))) {
            return isKind(text, start) && !Chars.isWord(text.at(start - 1)) ? id(text, start) : NONE;
        }
        int id = isKind(text, start) ? id(text, start) : NONE;
        return id == NONE ? secret(text, start) : id;
    }

    private static boolean isKind(Window text, int start) {
        return text.at(start) == 'A'
                && (text.startsWith("AKIA", start)
                        || text.startsWith("ASIA", start)
                        || text.startsWith("ABIA", start)
                        || text.startsWith("ACCA", start)
                        || text.startsWith("A3T", start));
    }

    private static int id(Window text, int start) {
        int at = start;
        while (at - start < ID && (Chars.isUpper(text.at(at)) || Chars.isDigit(text.at(at)))) {
            at++;
        }
        return at - start == ID && !Chars.isWord(text.at(at)) ? at : NONE;
    }

    private static boolean isOfSecret(int c) {
        return Chars.isWord(c) || c == '/' || c == '+';
    }

    /**
     * Returns the end of a secret. A secret contains upper-case letters, lower-case letters and digits, unlike a
     * hexadecimal digest.
     */
    private static int secret(Window text, int start) {
        boolean hasDigit = false;
        boolean hasUpper = false;
        boolean hasLower = false;
        int at = start;
        while (at - start <= SECRET_LENGTH && isOfSecret(text.at(at))) {
            int c = text.at(at++);
            hasDigit |= Chars.isDigit(c);
            hasUpper |= Chars.isUpper(c);
            hasLower |= Chars.isLetter(c) && !Chars.isUpper(c);
        }
        boolean isSecret = at - start == SECRET_LENGTH && hasDigit && hasUpper && hasLower && text.at(at) != '=';
        return isSecret && SECRET.isBefore(text, start) ? at : NONE;
    }
}
