package io.policyengine.policies.content.graphqlprotection.document;

import io.policyengine.policies.content.graphqlprotection.document.GraphqlFault.Kind;

/** Reads the tokens of a document one after the other (GraphQL, September 2025, §2.1), up to a maximum number. */
final class Lexer {
    private static final String BLOCK = "\"\"\"";

    private final String text;
    private final int maxTokens;
    private int at;
    private int tokens;
    private int start;
    private Token token = Token.END;

    enum Token {
        END,
        /** A single punctuation character, or three dots. */
        PUNCTUATOR,
        /** A name, a keyword, a boolean, null or an enumeration value. */
        NAME,
        INT,
        /** A number with a fraction or an exponent. */
        FLOAT,
        /** A string or block string. */
        STRING
    }

    Lexer(String text, int maxTokens) {
        this.text = text;
        this.maxTokens = maxTokens;
    }

    Token token() {
        return token;
    }

    String text() {
        return text.substring(start, at);
    }

    boolean is(char punctuator) {
        return token == Token.PUNCTUATOR && text.charAt(start) == punctuator;
    }

    void next() throws GraphqlFault {
        skipIgnored();
        start = at;
        if (at == text.length()) {
            token = Token.END;
            return;
        }
        if (++tokens > maxTokens) {
            throw new GraphqlFault(Kind.TOKENS);
        }
        char c = text.charAt(at);
        if (isNameStart(c)) {
            token = Token.NAME;
            skipName();
        } else if (c == '"') {
            token = Token.STRING;
            string();
        } else if (c == '-' || isDigit(c)) {
            number();
        } else {
            token = Token.PUNCTUATOR;
            punctuator(c);
        }
    }

    private void skipIgnored() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                while (at < text.length() && !isLineEnd(text.charAt(at))) {
                    at++;
                }
            } else if (c == ' ' || c == '\t' || c == ',' || c == '\uFEFF' || isLineEnd(c)) {
                at++;
            } else {
                return;
            }
        }
    }

    private void punctuator(char c) throws GraphqlFault {
        if (c == '.') {
            require(text.startsWith("...", at));
            at += 3;
        } else {
            require("!$&():=@[]{|}".indexOf(c) >= 0);
            at++;
        }
    }

    private void skipName() {
        while (at < text.length() && (isNameStart(text.charAt(at)) || isDigit(text.charAt(at)))) {
            at++;
        }
    }

    private void number() throws GraphqlFault {
        token = Token.INT;
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits();
        }
        if (peek() == '.') {
            token = Token.FLOAT;
            at++;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            token = Token.FLOAT;
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits();
        }
        require(!isDigit(peek()) && !isNameStart(peek()) && peek() != '.');
    }

    private void digits() throws GraphqlFault {
        require(isDigit(peek()));
        while (isDigit(peek())) {
            at++;
        }
    }

    /** Returns the next character; 0 at the end of the document. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void string() throws GraphqlFault {
        if (text.startsWith(BLOCK, at)) {
            at += BLOCK.length();
            block();
            return;
        }
        at++;
        while (peek() != '"') {
            require(at < text.length() && !isLineEnd(peek()));
            if (peek() == '\\') {
                at++;
                escape();
            } else {
                at++;
            }
        }
        at++;
    }

    private void block() throws GraphqlFault {
        while (!text.startsWith(BLOCK, at)) {
            require(at < text.length());
            at += text.startsWith("\\" + BLOCK, at) ? 1 + BLOCK.length() : 1;
        }
        at += BLOCK.length();
    }

    private void escape() throws GraphqlFault {
        char c = peek();
        at++;
        if (c != 'u') {
            require(c != 0 && "\"\\/bfnrt".indexOf(c) >= 0);
        } else if (peek() == '{') {
            int end = text.indexOf('}', at);
            require(end > at + 1);
            for (at++; at < end; at++) {
                require(isHex(peek()));
            }
            at++;
        } else {
            for (int i = 0; i < 4; i++, at++) {
                require(isHex(peek()));
            }
        }
    }

    private static boolean isHex(char c) {
        return c < 0x80 && Character.digit(c, 16) >= 0;
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static void require(boolean holds) throws GraphqlFault {
        if (!holds) {
            throw new GraphqlFault(Kind.MALFORMED);
        }
    }
}
