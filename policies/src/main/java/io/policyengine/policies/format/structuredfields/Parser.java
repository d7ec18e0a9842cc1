package io.policyengine.policies.format.structuredfields;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses structured field values by the algorithms of RFC 9651 §4.2. Used once. */
final class Parser {
    private static final int END = -1;
    private static final String TOKEN_MORE = "!#$%&'*+-.^_`|~:/";

    private final String text;
    private int at;

    Parser(String text) {
        this.text = text;
    }

    /** Parses a list up to the end of the text (§4.2.1). */
    List<Member> list() throws MalformedFieldException {
        List<Member> members = new ArrayList<>();
        skipSpaces();
        while (peek() != END) {
            members.add(member());
            separator();
        }
        return members;
    }

    /** Parses a dictionary up to the end of the text (§4.2.2). */
    Map<String, Member> dictionary() throws MalformedFieldException {
        Map<String, Member> members = new LinkedHashMap<>();
        skipSpaces();
        while (peek() != END) {
            String key = key();
            Member member = take('=') ? member() : new Item(BareItem.Bool.TRUE, parameters());
            members.remove(key);
            members.put(key, member);
            separator();
        }
        return members;
    }

    /** Parses an item up to the end of the text (§4.2.3). */
    Item wholeItem() throws MalformedFieldException {
        skipSpaces();
        Item item = item();
        skipSpaces();
        if (peek() != END) {
            throw malformed("more than one item");
        }
        return item;
    }

    /** Reads the comma between two members, or the blanks after the last member. */
    private void separator() throws MalformedFieldException {
        skipWhitespace();
        if (peek() == END) {
            return;
        }
        expect(',');
        skipWhitespace();
        if (peek() == END) {
            throw malformed("a comma at the end");
        }
    }

    /** Parses a member (§4.2.1.1). */
    private Member member() throws MalformedFieldException {
        return peek() == '(' ? innerList() : item();
    }

    /** Parses an inner list (§4.2.1.2). */
    private InnerList innerList() throws MalformedFieldException {
        expect('(');
        List<Item> items = new ArrayList<>();
        while (true) {
            skipSpaces();
            if (take(')')) {
                return new InnerList(items, parameters());
            }
            items.add(item());
            if (peek() != ' ' && peek() != ')') {
                throw malformed("a space or the end of the inner list is missing");
            }
        }
    }

    private Item item() throws MalformedFieldException {
        return new Item(bareItem(), parameters());
    }

    /** Parses parameters (§4.2.3.2). */
    private Parameters parameters() throws MalformedFieldException {
        if (peek() != ';') {
            return Parameters.NONE;
        }
        Map<String, BareItem> parameters = new LinkedHashMap<>();
        while (take(';')) {
            skipSpaces();
            String key = key();
            BareItem value = take('=') ? bareItem() : BareItem.Bool.TRUE;
            parameters.remove(key);
            parameters.put(key, value);
        }
        return new Parameters(parameters);
    }

    /** Parses a key (§4.2.3.3). */
    private String key() throws MalformedFieldException {
        int start = at;
        if (!isLower(peek()) && peek() != '*') {
            throw malformed("no key");
        }
        while (isLower(peek()) || isDigit(peek()) || isOneOf("_-.*", peek())) {
            at++;
        }
        return text.substring(start, at);
    }

    /** Parses a bare item (§4.2.3.1). */
    private BareItem bareItem() throws MalformedFieldException {
        int first = peek();
        if (first == '-' || isDigit(first)) {
            return number();
        }
        if (first == '*' || isLower(first) || isUpper(first)) {
            return token();
        }
        return switch (first) {
            case '"' -> string();
            case ':' -> bytes();
            case '?' -> bool();
            case '@' -> date();
            case '%' -> displayText();
            default -> throw malformed("no item");
        };
    }

    /** Parses an integer or a decimal (§4.2.4). */
    private BareItem number() throws MalformedFieldException {
        int start = at;
        take('-');
        int digits = at;
        while (isDigit(peek())) {
            at++;
        }
        int whole = at - digits;
        if (whole == 0) {
            throw malformed("no digit");
        }
        if (peek() != '.') {
            if (whole > 15) {
                throw malformed("an integer of more than 15 digits");
            }
            return new BareItem.Int(Long.parseLong(text.substring(start, at)));
        }
        at++;
        int fraction = at;
        while (isDigit(peek())) {
            at++;
        }
        if (whole > 12 || at == fraction || at - fraction > 3) {
            throw malformed("a decimal without 1 to 12 digits before the point and 1 to 3 after it");
        }
        return new BareItem.Decimal(new BigDecimal(text.substring(start, at)));
    }

    /** Parses a string (§4.2.5). */
    private BareItem string() throws MalformedFieldException {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (true) {
            int c = next();
            if (c == '"') {
                return new BareItem.Text(value.toString());
            }
            if (c == '\\') {
                c = next();
                if (c != '"' && c != '\\') {
                    throw malformed("a backslash not followed by a quote or a backslash");
                }
            } else if (!isPrintable(c)) {
                throw malformed("a string without its end, or with a character that is not printable ASCII");
            }
            value.append((char) c);
        }
    }

    /** Parses a token (§4.2.6). */
    private BareItem token() {
        int start = at;
        while (isLower(peek()) || isUpper(peek()) || isDigit(peek()) || isOneOf(TOKEN_MORE, peek())) {
            at++;
        }
        return new BareItem.Token(text.substring(start, at));
    }

    /** Parses a byte sequence (§4.2.7). Requires padding and zero pad bits, so that each value has only one form. */
    private BareItem bytes() throws MalformedFieldException {
        expect(':');
        int end = text.indexOf(':', at);
        if (end < 0) {
            throw malformed("a byte sequence without its end");
        }
        String encoded = text.substring(at, end);
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException notBase64) {
            throw malformed("a byte sequence that is not Base64");
        }
        if (!Base64.getEncoder().encodeToString(decoded).equals(encoded)) {
            throw malformed("a byte sequence in Base64 that is not canonical");
        }
        at = end + 1;
        return new BareItem.Bytes(ByteBuffer.wrap(decoded).asReadOnlyBuffer());
    }

    /** Parses a boolean (§4.2.8). */
    private BareItem bool() throws MalformedFieldException {
        expect('?');
        return switch (next()) {
            case '1' -> BareItem.Bool.TRUE;
            case '0' -> BareItem.Bool.FALSE;
            default -> throw malformed("a boolean that is neither ?1 nor ?0");
        };
    }

    /** Parses a date (§4.2.9). */
    private BareItem date() throws MalformedFieldException {
        expect('@');
        if (number() instanceof BareItem.Int(long seconds)) {
            return new BareItem.Date(seconds);
        }
        throw malformed("a date that is not an integer");
    }

    /** Parses a display string (§4.2.10). */
    private BareItem displayText() throws MalformedFieldException {
        expect('%');
        expect('"');
        int end = text.indexOf('"', at);
        ByteBuffer octets = ByteBuffer.allocate(end < 0 ? text.length() - at : end - at);
        for (int c = next(); c != '"'; c = next()) {
            if (!isPrintable(c)) {
                throw malformed("a display string without its end, or with a character that is not printable ASCII");
            }
            octets.put((byte) (c == '%' ? lowerHex() << 4 | lowerHex() : c));
        }
        try {
            return new BareItem.DisplayText(
                    StandardCharsets.UTF_8.newDecoder().decode(octets.flip()).toString());
        } catch (CharacterCodingException notUtf8) {
            throw malformed("a display string that is not UTF-8");
        }
    }

    private int lowerHex() throws MalformedFieldException {
        int c = next();
        if (!isDigit(c) && (c < 'a' || c > 'f')) {
            throw malformed("a lower-case hexadecimal digit is missing");
        }
        return HexFormat.fromHexDigit(c);
    }

    private int peek() {
        return at < text.length() ? text.charAt(at) : END;
    }

    private int next() {
        return at < text.length() ? text.charAt(at++) : END;
    }

    private boolean take(char wanted) {
        boolean there = peek() == wanted;
        if (there) {
            at++;
        }
        return there;
    }

    private void expect(char wanted) throws MalformedFieldException {
        if (!take(wanted)) {
            throw malformed("'" + wanted + "' is missing");
        }
    }

    private void skipSpaces() {
        while (peek() == ' ') {
            at++;
        }
    }

    private void skipWhitespace() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    private MalformedFieldException malformed(String message) {
        return new MalformedFieldException(message, at);
    }

    private static boolean isLower(int c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isUpper(int c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isPrintable(int c) {
        return c >= 0x20 && c < 0x7F;
    }

    private static boolean isOneOf(String characters, int c) {
        return c != END && characters.indexOf(c) >= 0;
    }
}
