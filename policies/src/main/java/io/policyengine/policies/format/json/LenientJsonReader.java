package io.policyengine.policies.format.json;

import io.policyengine.policies.format.json.JsonFault.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The reader of texts that need not be JSON. It continues as long as any common JSON reader would, since any of them
 * may be used for a text of unstated type.
 *
 * <p>It accepts unpaired surrogates, malformed UTF-8 and control characters in strings; any escape; apostrophes as
 * quotation marks; unquoted names; words and any run of number characters as values; {@code new Date(…)}; comments;
 * missing elements; and the separators of Gson. The limits count all of these. A text is malformed at the point at
 * which no common reader would continue. Most plain text that begins with a bracket has such a point.
 *
 * @param <X> the exceptions of the sink
 */
final class LenientJsonReader<X extends Exception> extends JsonReader<X> {
    /** A prefix that prevents the text from being run as a script. Gson skips it. */
    private static final String PREFIX = ")]}'\n";

    private static final int NEW = "new".hashCode();

    private final JsonComment comment = new JsonComment();

    private Within within = Within.JSON;
    private boolean isBegun;
    /** The number of characters of the current prefix or word. */
    private int length;

    private boolean isWordOfDigits;
    /** The first character of the current unquoted word. */
    private int first;

    /** The hash of the current or last value if it is an unquoted word; otherwise 0. */
    private int word;

    /** The syntax to which the next character belongs. */
    private enum Within {
        /** The syntax of JSON, in which the superclass, the strict reader, keeps the state. */
        JSON,
        /** The rest of the prefix must follow. */
        PREFIX,
        /** A value must follow, or the second character of {@code =>}. */
        ARROW,
        /** The rest of an unquoted word may follow. */
        WORD,
        COMMENT
    }

    LenientJsonReader(JsonLimits limits, @Nullable JsonSink<X> sink) {
        super(limits, sink, true);
    }

    /** Returns whether the character ends a name or value without quotation marks. */
    static boolean endsWord(int character) {
        return (character >= 0 && character <= ' ') || "{}[]():,;=/#".indexOf(character) >= 0;
    }

    @Override
    boolean mayEnd() {
        return switch (within) {
            case JSON -> super.mayEnd();
            case COMMENT -> comment.mayEnd() && super.mayEnd();
            case WORD -> true;
            case PREFIX, ARROW -> false;
        };
    }

    @Override
    void take(int character) throws JsonFault, X {
        switch (within) {
            case JSON -> super.take(character);
            case PREFIX -> prefix(character);
            case ARROW -> {
                within = Within.JSON;
                if (character != '>') {
                    take(character);
                }
            }
            case WORD -> word(character);
            case COMMENT -> within = comment.take(character) ? Within.JSON : within;
        }
    }

    @Override
    void afterNumber(int character) throws JsonFault, X {
        if (character > ' ' && !endsWord(character)) {
            beginWord(character, true);
        } else {
            take(character);
        }
    }

    @Override
    void between(int character) throws JsonFault, X {
        if (character < 0 || character > 0x7E || isSkipped(character)) {
            return;
        }
        if (JsonComment.begins(character)) {
            comment.begin(character);
            within = Within.COMMENT;
            return;
        }
        boolean isFirst = !isBegun;
        isBegun = true;
        if (isFirst && character == ')') {
            length = 1;
            within = Within.PREFIX;
        } else {
            looseStructure(character == ';' ? ',' : character == ')' ? ']' : character);
        }
    }

    private void looseStructure(int character) throws JsonFault, X {
        boolean isSeparator = character == ',' || character == ']' || character == '}';
        if (state == State.VALUE && isSeparator) {
            levels.element();
            after(character);
        } else if (state == State.FIRST_ELEMENT && character == ',') {
            levels.element();
            after(character);
        } else if (state == State.COLON && character == '=') {
            state = State.VALUE;
            within = Within.ARROW;
        } else if (state == State.AFTER && word == NEW && !endsWord(character)) {
            beginWord(character, false);
        } else if (state == State.NAME && character == '}') {
            close(true);
        } else if (state != State.NAME || character != ',') {
            structure(character);
        }
    }

    private void prefix(int character) throws JsonFault {
        require(character == PREFIX.charAt(length));
        if (++length == PREFIX.length()) {
            within = Within.JSON;
        }
    }

    @Override
    void value(int character) throws JsonFault, X {
        word = 0;
        if ("{[\"-0123456789".indexOf(character) >= 0) {
            super.value(character);
            return;
        }
        levels.element();
        if (character == '\'') {
            beginString(character);
            return;
        }
        require(!endsWord(character));
        number.begin('-');
        beginWord(character, character < 'A');
    }

    private void beginWord(int character, boolean isOfDigits) throws JsonFault, X {
        first = character;
        word = 0;
        length = 0;
        isWordOfDigits = isOfDigits;
        within = Within.WORD;
        word(character);
    }

    private void word(int character) throws JsonFault, X {
        if (!endsWord(character)) {
            word = 31 * word + character;
            if (++length > limits.stringBytes()) {
                throw new JsonFault(Kind.STRING);
            }
            if (isWordOfDigits && number.isTooLong(length)) {
                throw new JsonFault(Kind.NUMBER);
            }
            return;
        }
        if (sink != null) {
            sink.literal((char) first, from);
        }
        within = Within.JSON;
        if (character == '(') {
            word = 0;
            open(false);
        } else {
            state = State.AFTER;
            take(character);
        }
    }

    @Override
    void name(int character) throws JsonFault, X {
        if (character == '"' || character == '\'') {
            beginName(character, to);
            return;
        }
        require(!endsWord(character) || character == ':' || character == '=');
        beginName(JsonString.BARE, from);
        take(character, from, to);
    }
}
