package io.policyengine.policies.format.json;

import io.policyengine.policies.format.json.JsonFault.Kind;

/**
 * Reads a number by its grammar (RFC 8259 §6), character by character. If lenient, accepts any sequence of characters
 * that numbers may contain.
 */
final class JsonNumber {
    private final int maxDigits;
    private final boolean isLenient;
    private State state = State.MINUS;
    private int digits;

    private enum State {
        MINUS,
        ZERO,
        INTEGER,
        POINT,
        FRACTION,
        E,
        SIGN,
        EXPONENT
    }

    JsonNumber(int maxDigits, boolean isLenient) {
        this.maxDigits = maxDigits;
        this.isLenient = isLenient;
    }

    /**
     * Begins a number with its first character.
     *
     * @throws JsonFault if no number begins with it
     */
    void begin(int character) throws JsonFault {
        digits = 0;
        state = State.MINUS;
        if (character != '-') {
            require(isDigit(character));
            digit(character);
        }
    }

    /**
     * Reads the next character; returns false if the number has ended before it.
     *
     * @throws JsonFault if the number cannot continue with it
     */
    boolean take(int character) throws JsonFault {
        if (isDigit(character)) {
            digit(character);
            return true;
        }
        switch (character) {
            case '.' -> go(state == State.ZERO || state == State.INTEGER, State.POINT);
            case 'e', 'E' -> go(state == State.ZERO || state == State.INTEGER || state == State.FRACTION, State.E);
            case '+', '-' -> go(state == State.E, State.SIGN);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the number would have too many digits with {@code others} more. */
    boolean isTooLong(long others) {
        return digits + others > maxDigits;
    }

    boolean mayEnd() {
        return isLenient
                || switch (state) {
                    case ZERO, INTEGER, FRACTION, EXPONENT -> true;
                    case MINUS, POINT, E, SIGN -> false;
                };
    }

    private static boolean isDigit(int character) {
        return character >= '0' && character <= '9';
    }

    private static void require(boolean holds) throws JsonFault {
        if (!holds) {
            throw new JsonFault(Kind.MALFORMED);
        }
    }

    private void go(boolean isRight, State next) throws JsonFault {
        require(isRight || isLenient);
        state = next;
    }

    private void digit(int character) throws JsonFault {
        require(state != State.ZERO || isLenient);
        if (++digits > maxDigits) {
            throw new JsonFault(Kind.NUMBER);
        }
        state = switch (state) {
            case MINUS -> character == '0' ? State.ZERO : State.INTEGER;
            case POINT -> State.FRACTION;
            case E, SIGN -> State.EXPONENT;
            case ZERO, INTEGER, FRACTION, EXPONENT -> state;
        };
    }
}
