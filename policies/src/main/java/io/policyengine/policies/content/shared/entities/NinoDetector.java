package io.policyengine.policies.content.shared.entities;

/**
 * National insurance numbers of the United Kingdom: two letters of a valid prefix, six digits in pairs or together, and
 * a letter from A to D. Case is ignored. A blank or hyphen may separate the parts.
 */
final class NinoDetector implements Detector {
    private static final int PAIRS = 3;

    @Override
    public Entity entity() {
        return Entity.UK_NINO;
    }

    @Override
    public int longest() {
        return 16;
    }

    @Override
    public boolean mayBeginWith(char first) {
        return isOfPrefix(first);
    }

    private static boolean isOfPrefix(int c) {
        return Chars.isLetter(c) && "DFIQUV".indexOf(Chars.upper(c)) < 0;
    }

    @Override
    public int match(Window text, int start) {
        int second = text.at(start + 1);
        if (!isOfPrefix(second)
                || Chars.upper(second) == 'O'
                || isNeverGivenOut(Chars.upper(text.at(start)), Chars.upper(second))) {
            return NONE;
        }
        int at = past(text, start + 2);
        for (int pair = 0; pair < PAIRS; pair++) {
            if (!Chars.isDigit(text.at(at)) || !Chars.isDigit(text.at(at + 1))) {
                return NONE;
            }
            at = past(text, at + 2);
        }
        int suffix = Chars.upper(text.at(at));
        return suffix >= 'A' && suffix <= 'D' && !Chars.isWord(text.at(at + 1)) ? at + 1 : NONE;
    }

    private static int past(Window text, int position) {
        int c = text.at(position);
        return c == ' ' || c == '-' ? position + 1 : position;
    }

    private static boolean isNeverGivenOut(int first, int second) {
        return switch (first) {
            case 'B' -> second == 'G';
            case 'G' -> second == 'B';
            case 'K' -> second == 'N';
            case 'N' -> second == 'K' || second == 'T';
            case 'T' -> second == 'N';
            case 'Z' -> second == 'Z';
            default -> false;
        };
    }
}
