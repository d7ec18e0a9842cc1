package io.policyengine.policies.content.piiredaction;

import io.policyengine.policies.content.shared.texts.LogicalText;
import io.policyengine.policies.content.shared.texts.TextReader;

/**
 * Replaces the tokens of an exchange in a text by their values. Holds back only what may be the beginning of a token.
 *
 * <p>A text that begins like JSON, such as the arguments of a tool call, may also be read as JSON. The strings of that
 * JSON are then separate texts with escaped values. If a value contains characters that JSON must escape, its token is
 * replaced only in those strings.
 */
final class RestoringReader implements TextReader {
    private final Vault vault;
    private boolean begun;
    private boolean beginsLikeJson;

    RestoringReader(Vault vault) {
        this.vault = vault;
    }

    @Override
    public void read(LogicalText text) {
        look(text);
        int at = 0;
        while (at < text.length()) {
            int end = text.codePointAt(at) == Token.PREFIX.charAt(0) ? restored(text, at) : at + 1;
            if (end < 0) {
                break;
            }
            at = end;
        }
        text.decide(at);
    }

    private void look(LogicalText text) {
        for (int i = 0; i < text.length() && !begun; i++) {
            int c = text.codePointAt(i);
            begun = c > ' ';
            beginsLikeJson = c == '{' || c == '[';
        }
    }

    /**
     * Replaces the token that begins at a position, if it is known. Returns the position at which to continue; negative
     * if the token may continue in later text.
     */
    private int restored(LogicalText text, int start) {
        StringBuilder token = new StringBuilder(Token.LONGEST);
        int at = start;
        while (token.length() < Token.LONGEST && at < text.length() && goesOn(token.length(), text.codePointAt(at))) {
            token.append((char) text.codePointAt(at++));
            String value = Token.mayEndAfter(token) ? vault.valueOf(token.toString()) : null;
            if (value != null) {
                put(text, start, at, value);
                return at;
            }
        }
        boolean mayGoOn = at == text.length() && token.length() < Token.LONGEST && !text.isEnded();
        return mayGoOn ? -1 : start + 1;
    }

    private static boolean goesOn(int length, int c) {
        return length < Token.PREFIX.length() ? c == Token.PREFIX.charAt(length) : Token.has(c);
    }

    private void put(LogicalText text, int start, int end, String value) {
        if (!(beginsLikeJson && hasEscapes(value))) {
            text.replace(start, end, value);
        }
    }

    private static boolean hasEscapes(String value) {
        return value.chars().anyMatch(c -> c < ' ' || c == '"' || c == '\\');
    }
}
