package io.policyengine.policies.content.shared.entities;

import java.util.Set;

/**
 * Passport numbers of six to ten letters and digits, at least four of them digits, after a word for a passport. Also
 * finds the machine readable lines of a passport: the first by its form, and the second by its check digits.
 */
final class PassportDetector implements Detector {
    private static final Context CONTEXT = new Context(
            Set.of(),
            Set.of(
                    "passport",
                    "passeport",
                    "pasaporte",
                    "passaporto",
                    "passaporte",
                    "reisepass",
                    "paspoort",
                    "paszport",
                    "pasaport",
                    "паспорт",
                    "护照",
                    "護照",
                    "旅券",
                    "パスポート",
                    "여권",
                    "جواز",
                    "الجواز",
                    "पासपोर्ट"));

    private static final int LINE = 44;
    private static final int MIN = 6;

    /** Maximum number of letters and digits of a passport number. */
    private static final int MAX = 10;

    private static final int MIN_DIGITS = 4;

    @Override
    public Entity entity() {
        return Entity.PASSPORT;
    }

    @Override
    public int longest() {
        return NumberRun.LONGEST;
    }

    @Override
    public boolean mayBeginWith(char first) {
        return Chars.isWord(first);
    }

    @Override
    public int match(Window text, int start) {
        if (Chars.isWord(text.at(start - 1)) || text.at(start - 1) == '<') {
            return NONE;
        }
        int line = line(text, start);
        return line != NONE ? line : named(text, start);
    }

    private static int named(Window text, int start) {
        int at = start;
        int digits = 0;
        while (at - start <= MAX && Chars.isWord(text.at(at))) {
            digits += Chars.isDigit(text.at(at++)) ? 1 : 0;
        }
        int length = at - start;
        if (length >= MIN && length <= MAX && digits >= MIN_DIGITS) {
            return CONTEXT.isBefore(text, start) ? at : NONE;
        }
        return length == digits && length <= 4 && digits > 0 ? grouped(text, start) : NONE;
    }

    /** Returns the end of a number whose digits are written in groups, such as four digits and then six. */
    private static int grouped(Window text, int start) {
        NumberRun run = text.number(start);
        int groups = Math.min(run.groups(), 3);
        if (groups < 2 || groups != run.groups() || !run.isWhole() || run.separatorOf(1) != ' ') {
            return NONE;
        }
        int count = run.digitsTo(groups - 1);
        int end = run.positionOf(groups - 1);
        boolean fits = count >= MIN && count <= MAX && run.isUniform(groups) && !Chars.isWord(text.at(end));
        return fits && CONTEXT.isBefore(text, start) ? end : NONE;
    }

    private static int line(Window text, int start) {
        for (int i = 0; i < LINE; i++) {
            int c = text.at(start + i);
            if (!Chars.isUpper(c) && !Chars.isDigit(c) && c != '<') {
                return NONE;
            }
        }
        char[] line = new char[LINE];
        for (int i = 0; i < LINE; i++) {
            line[i] = (char) text.at(start + i);
        }
        int after = text.at(start + LINE);
        boolean isLine = !Chars.isWord(after) && after != '<' && (isFirstLine(line) || isSecondLine(line));
        return isLine ? start + LINE : NONE;
    }

    /** Returns whether the line begins with {@code P} and contains two consecutive fillers between names. */
    private static boolean isFirstLine(char[] line) {
        for (char c : line) {
            if (Chars.isDigit(c)) {
                return false;
            }
        }
        return line[0] == 'P' && new String(line, 5, LINE - 5).contains("<<");
    }

    /**
     * Returns whether the line has a valid sex and valid check digits of the number, the date of birth and the date of
     * expiry.
     */
    private static boolean isSecondLine(char[] line) {
        return Chars.isDigit(line[9])
                && CheckDigits.mrz(line, 0, 9, line[9])
                && Chars.isDigit(line[19])
                && CheckDigits.mrz(line, 13, 19, line[19])
                && Chars.isDigit(line[27])
                && CheckDigits.mrz(line, 21, 27, line[27])
                && (line[20] == 'M' || line[20] == 'F' || line[20] == 'X' || line[20] == '<');
    }
}
