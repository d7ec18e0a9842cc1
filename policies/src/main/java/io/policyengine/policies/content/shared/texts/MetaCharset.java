package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.format.form.FormCharset;

/**
 * Finds the charsets that a {@code meta} tag of HTML states, in any attribute. Refuses charsets in which ASCII octets
 * mean other characters, since a browser would decode the document with them.
 */
final class MetaCharset implements CharacterSink {
    private static final String KEY = "charset";

    /** Maximum characters of a charset's name that are kept; names of charsets are shorter. */
    private static final int MAX_NAME = 64;

    private final StringBuilder name = new StringBuilder();
    private State state = State.KEY;
    /** The number of characters that match the key {@code charset}. */
    private int matched;

    private enum State {
        KEY,
        EQUALS,
        NAME
    }

    @Override
    public void take(int codePoint, long start, long end) throws ContentException {
        switch (state) {
            case KEY -> key(codePoint);
            case EQUALS -> {
                if (codePoint == '=') {
                    state = State.NAME;
                    name.setLength(0);
                } else if (codePoint > ' ') {
                    state = State.KEY;
                    key(codePoint);
                }
            }
            case NAME -> name(codePoint);
        }
    }

    private void key(int codePoint) {
        int lower = codePoint >= 'A' && codePoint <= 'Z' ? codePoint + ('a' - 'A') : codePoint;
        matched = lower == KEY.charAt(matched) ? matched + 1 : lower == KEY.charAt(0) ? 1 : 0;
        if (matched == KEY.length()) {
            matched = 0;
            state = State.EQUALS;
        }
    }

    private void name(int codePoint) throws ContentException {
        boolean separates = codePoint <= ' ' || codePoint == '"' || codePoint == '\'';
        if (separates ? !name.isEmpty() : codePoint == ';' || codePoint == '>') {
            end();
        } else if (!separates && name.length() < MAX_NAME) {
            name.appendCodePoint(codePoint);
        }
    }

    /** Ends the tag. Another tag may follow. */
    @Override
    public void end() throws ContentException {
        state = State.KEY;
        matched = 0;
        if (!FormCharset.showsItself(name.toString())) {
            throw ContentException.of(ContentFault.UNKNOWN_CHARSET);
        }
        name.setLength(0);
    }
}
