package io.policyengine.policies.content.shared.entities;

import java.util.Comparator;
import java.util.List;

/**
 * API keys that are whole words. A key is recognized by its provider's published prefix and by the number of characters
 * after the prefix.
 */
final class ApiKeyDetector implements Detector {
    /**
     * Maximum characters of one match of an API key, including its prefix. The rest of a longer key is matched as a
     * continuation.
     */
    private static final int LONGEST = 256;

    /** The characters that may follow the prefix of a key. */
    private enum Alphabet {
        WORD,
        URL
    }

    /**
     * A kind of key.
     *
     * @param min minimum characters after the prefix
     * @param needsDigit true if at least two digits must follow the prefix, since ordinary words may begin with it
     */
    private record Kind(String prefix, Alphabet alphabet, int min, boolean needsDigit) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("sk-proj-", Alphabet.URL, 20, false),
            new Kind("sk-svcacct-", Alphabet.URL, 20, false),
            new Kind("sk-admin-", Alphabet.URL, 20, true),
            new Kind("sk-ant-", Alphabet.URL, 20, true),
            new Kind("sk-or-v1-", Alphabet.WORD, 32, false),
            new Kind("sk-", Alphabet.URL, 20, true),
            new Kind("ghp_", Alphabet.WORD, 30, false),
            new Kind("gho_", Alphabet.WORD, 30, false),
            new Kind("ghu_", Alphabet.WORD, 30, false),
            new Kind("ghs_", Alphabet.WORD, 30, false),
            new Kind("ghr_", Alphabet.WORD, 30, false),
            new Kind("github_pat_", Alphabet.URL, 22, false),
            new Kind("glpat-", Alphabet.URL, 20, false),
            new Kind("sk_live_", Alphabet.WORD, 10, false),
            new Kind("sk_test_", Alphabet.WORD, 10, true),
            new Kind("rk_live_", Alphabet.WORD, 10, false),
            new Kind("xoxb-", Alphabet.URL, 20, false),
            new Kind("xoxp-", Alphabet.URL, 20, false),
            new Kind("xoxa-", Alphabet.URL, 20, false),
            new Kind("xoxr-", Alphabet.URL, 20, false),
            new Kind("xoxs-", Alphabet.URL, 20, false),
            new Kind("AIza", Alphabet.URL, 30, true),
            new Kind("hf_", Alphabet.WORD, 30, false),
            new Kind("npm_", Alphabet.WORD, 36, false));

    /** The kinds of keys by the first character of the prefix; longer prefixes come first. */
    private static final Kind[][] BY_FIRST = new Kind[128][];

    static {
        for (int c = 0; c < BY_FIRST.length; c++) {
            char first = (char) c;
            BY_FIRST[c] = KINDS.stream()
                    .filter(kind -> kind.prefix().charAt(0) == first)
                    .sorted(Comparator.comparingInt(
                            (Kind kind) -> -kind.prefix().length()))
                    .toArray(Kind[]::new);
        }
    }

    @Override
    public Entity entity() {
        return Entity.API_KEY;
    }

    @Override
    public int longest() {
        return LONGEST + 1;
    }

    @Override
    public boolean mayBeginWith(char first) {
        return first < BY_FIRST.length && BY_FIRST[first].length > 0;
    }

    @Override
    public int match(Window text, int start) {
        if (Chars.isWord(text.at(start - 1))) {
            return NONE;
        }
        for (Kind kind : BY_FIRST[text.at(start)]) {
            int end = text.startsWith(kind.prefix(), start) ? end(kind, text, start) : NONE;
            if (end != NONE) {
                return end;
            }
        }
        return NONE;
    }

    private static int end(Kind kind, Window text, int start) {
        int body = start + kind.prefix().length();
        int at = body;
        int digits = 0;
        while (at - start < LONGEST && isOf(kind.alphabet(), text.at(at))) {
            digits += Chars.isDigit(text.at(at++)) ? 1 : 0;
        }
        return at - body >= kind.min() && (!kind.needsDigit() || digits > 1) ? at : NONE;
    }

    private static boolean isOf(Alphabet alphabet, int c) {
        return switch (alphabet) {
            case WORD -> Chars.isWord(c);
            case URL -> Chars.isBase64Url(c);
        };
    }

    @Override
    public boolean isCut(int length) {
        return length >= LONGEST;
    }

    @Override
    public int goOn(Window text, int start) {
        int at = start;
        while (at - start < LONGEST && Chars.isBase64Url(text.at(at))) {
            at++;
        }
        return at;
    }
}
