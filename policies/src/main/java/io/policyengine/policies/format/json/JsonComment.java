package io.policyengine.policies.format.json;

import io.policyengine.policies.format.json.JsonFault.Kind;

/** A comment between the values of a text that only lenient readers accept: {@code //}, {@code #} or {@code /*}. */
final class JsonComment {
    private State state = State.SLASH;

    private enum State {
        /** The state after a first {@code /}. A second {@code /} or {@code *} must follow. */
        SLASH,
        LINE,
        BLOCK,
        /** The state after a {@code *} in a block comment. A {@code /} ends the comment. */
        STAR
    }

    /** Returns whether a comment begins with the character. */
    static boolean begins(int character) {
        return character == '/' || character == '#';
    }

    void begin(int character) {
        state = character == '/' ? State.SLASH : State.LINE;
    }

    /** Returns whether the text may end within the comment. */
    boolean mayEnd() {
        return state == State.LINE;
    }

    /**
     * Reads the next character; returns true at the end of the comment.
     *
     * @throws JsonFault if no comment begins in this way
     */
    boolean take(int character) throws JsonFault {
        switch (state) {
            case SLASH -> {
                if (character != '/' && character != '*') {
                    throw new JsonFault(Kind.MALFORMED);
                }
                state = character == '/' ? State.LINE : State.BLOCK;
            }
            case LINE -> {
                return character == '\n' || character == '\r';
            }
            case BLOCK -> state = character == '*' ? State.STAR : State.BLOCK;
            case STAR -> {
                state = character == '*' ? State.STAR : State.BLOCK;
                return character == '/';
            }
        }
        return false;
    }
}
