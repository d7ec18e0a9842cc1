package io.policyengine.policies.content.shared.entities;

/**
 * E-mail addresses. The local part has at most 64 characters. The domain has at least two labels, the last of which
 * consists of letters or is Punycode. Both may contain non-ASCII letters. The separator may be percent-encoded as
 * {@code %40}.
 *
 * <p>Characters that RFC 5322 permits in local parts are excluded if they usually separate an address from other text.
 */
final class EmailDetector implements Detector {
    private static final int LOCAL = 64;
    private static final int LABEL = 63;
    private static final int DOMAIN = 253;

    @Override
    public Entity entity() {
        return Entity.EMAIL;
    }

    @Override
    public int longest() {
        return LOCAL + 3 + DOMAIN + 2;
    }

    @Override
    public boolean mayBeginWith(char first) {
        return Chars.isWord(first) || first == '_' || first >= 0x80;
    }

    @Override
    public int match(Window text, int start) {
        boolean isUnspaced = Chars.isUnspacedLetter(text.at(start));
        if (isLocal(text.at(start - 1), isUnspaced) || !isLocal(text.at(start), isUnspaced)) {
            return NONE;
        }
        int at = start;
        while (at - start <= LOCAL && isLocal(text.at(at), isUnspaced) && !text.startsWith("%40", at)) {
            at++;
        }
        int domain = text.at(at) == '@' ? at + 1 : text.startsWith("%40", at) ? at + 3 : NONE;
        return at - start > LOCAL || domain == NONE || text.at(at - 1) == '.' ? NONE : domain(text, start, at, domain);
    }

    private static boolean isLocal(int c, boolean isUnspaced) {
        if (isUnspaced) {
            return Chars.isUnspacedLetter(c);
        }
        return Chars.isWord(c)
                || c == '.'
                || c == '_'
                || c == '-'
                || c == '+'
                || c == '%'
                || c == '\''
                || Chars.isSpacedLetter(c);
    }

    private static int domain(Window text, int start, int sign, int domain) {
        int end = NONE;
        int labels = 0;
        boolean isNumeric = true;
        int at = domain;
        while (at - domain <= DOMAIN) {
            int label = labelEnd(text, at);
            if (label == NONE || label - domain > DOMAIN) {
                break;
            }
            labels++;
            boolean isName = isName(text, at, label);
            if (labels > 1 && isName && !isNumeric) {
                end = label;
            }
            isNumeric &= labels > 2 || isNumber(text, at, label);
            if (text.at(label) != '.') {
                break;
            }
            at = label + 1;
        }
        return end == NONE || isPicture(text, domain, labels) || isRepository(text, start, sign, end) ? NONE : end;
    }

    /** Returns the end of the domain label that starts at a position, without trailing hyphens, or {@link #NONE}. */
    private static int labelEnd(Window text, int start) {
        boolean isUnspaced = Chars.isUnspacedLetter(text.at(start));
        int at = start;
        while (at - start <= LABEL && isOfLabel(text.at(at), isUnspaced)) {
            at++;
        }
        int end = at;
        while (end > start && text.at(end - 1) == '-') {
            end--;
        }
        return end == start || at - start > LABEL || text.at(start) == '-' ? NONE : end;
    }

    private static boolean isOfLabel(int c, boolean isUnspaced) {
        return isUnspaced ? Chars.isUnspacedLetter(c) : Chars.isWord(c) || c == '-' || Chars.isSpacedLetter(c);
    }

    /** Returns whether the label may be a top-level domain: two or more letters, or Punycode. */
    private static boolean isName(Window text, int start, int end) {
        if (text.startsWith("xn--", start)) {
            return end - start > 4;
        }
        for (int i = start; i < end; i++) {
            if (Chars.isDigit(text.at(i)) || text.at(i) == '-') {
                return false;
            }
        }
        return end - start > 1;
    }

    private static boolean isNumber(Window text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!Chars.isDigit(text.at(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns whether the match is the file name of an image for high-density displays, such as {@code logo@2x.png}.
     */
    private static boolean isPicture(Window text, int domain, int labels) {
        return labels == 2
                && Chars.isDigit(text.at(domain))
                && text.at(domain + 1) == 'x'
                && text.at(domain + 2) == '.';
    }

    /** Returns whether the match is the location of a repository, such as {@code git@example.com:team/project.git}. */
    private static boolean isRepository(Window text, int start, int sign, int end) {
        return sign - start == 3 && text.startsWith("git", start) && text.at(end) == ':';
    }
}
