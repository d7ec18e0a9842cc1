package io.policyengine.policies.content.shared.entities;

import java.util.Set;

/**
 * Telephone numbers: international with {@code +} or {@code 00} (ITU-T E.164), North American, Chinese mobile, in
 * groups with a trunk 0, or with an area code in brackets. After a word such as "phone", 6 to 13 digits in any form are
 * a number.
 */
final class PhoneDetector implements Detector {
    private static final Context CONTEXT = new Context(PhoneWords.WORDS, PhoneWords.STEMS);

    /** Maximum digits after the {@code +} of a telephone number (E.164). */
    private static final int MAX_DIGITS = 15;

    private static final int MIN_DIGITS = 8;
    private static final int NORTH_AMERICAN_DIGITS = 11;

    private static final Set<Integer> COUNTRIES = Set.of(
            1, 7, 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57,
            58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98);

    /** The first two digits of three-digit country codes. */
    private static final Set<Integer> REGIONS =
            Set.of(21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 80, 85, 87, 88, 96, 97, 99);

    @Override
    public Entity entity() {
        return Entity.PHONE;
    }

    @Override
    public int longest() {
        return NumberRun.LONGEST;
    }

    @Override
    public boolean mayBeginWith(char first) {
        return Chars.isDigit(first) || first == '+' || first == '(';
    }

    @Override
    public int match(Window text, int start) {
        int first = text.at(start);
        if (first == '+') {
            return international(text, start, start + 1);
        }
        if (NumberRun.isInside(text, start) || text.at(start - 1) == '+') {
            return NONE;
        }
        if (first == '(') {
            return bracketed(text, start);
        }
        if (first == '0' && text.at(start + 1) == '0') {
            int end = international(text, start, start + 2);
            return end != NONE && (isSeparated(text, start, end) || CONTEXT.isBefore(text, start)) ? end : NONE;
        }
        return national(text, start);
    }

    private static boolean isSeparated(Window text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!Chars.isDigit(text.at(i))) {
                return true;
            }
        }
        return false;
    }

    /** Returns the end of a number with a country code, up to the last group that E.164 permits. */
    private static int international(Window text, int start, int digitsStart) {
        if (Chars.isWord(text.at(start - 1)) || !startsWithCountry(text, digitsStart)) {
            return NONE;
        }
        boolean isNorthAmerican = text.at(digitsStart) == '1';
        int max = isNorthAmerican ? NORTH_AMERICAN_DIGITS : MAX_DIGITS;
        int min = isNorthAmerican ? NORTH_AMERICAN_DIGITS : MIN_DIGITS;
        int end = PhoneDigits.end(text, digitsStart, min, max);
        return end != NONE && !Chars.isWord(text.at(end)) ? end : NONE;
    }

    private static boolean startsWithCountry(Window text, int at) {
        int first = text.at(at);
        if (!Chars.isDigit(first) || first == '0') {
            return false;
        }
        if (first == '1' || first == '7') {
            return true;
        }
        int second = text.at(at + 1);
        if (!Chars.isDigit(second)) {
            return false;
        }
        int two = 10 * (first - '0') + second - '0';
        return COUNTRIES.contains(two) || (REGIONS.contains(two) && Chars.isDigit(text.at(at + 2)));
    }

    /**
     * Returns the end of a number with an area code in brackets. Four digits without a leading 0 are a year, not an
     * area code.
     */
    private static int bracketed(Window text, int start) {
        int close = start + 1;
        while (close - start <= 6 && Chars.isDigit(text.at(close))) {
            close++;
        }
        int area = close - start - 1;
        boolean isYear = area == 4 && text.at(start + 1) != '0';
        if (area < 2 || area > 5 || isYear || text.at(close) != ')' || Chars.isWord(text.at(start - 1))) {
            return NONE;
        }
        int end = PhoneDigits.end(text, start + 1, 9, 12);
        return end != NONE && !Chars.isWord(text.at(end)) ? end : NONE;
    }

    private static int national(Window text, int start) {
        int before = text.at(start - 1);
        if (Chars.isWord(before) || before == '-' || before == '_') {
            return NONE;
        }
        NumberRun run = text.number(start);
        for (int groups = run.groups(); groups > 0; groups--) {
            int end = run.positionOf(groups - 1);
            if (run.mayEndAfter(groups) && isNational(run, groups) && !Chars.isWord(text.at(end))) {
                return end;
            }
        }
        return named(text, start, run);
    }

    private static boolean isNational(NumberRun run, int groups) {
        return isNorthAmerican(run, groups) || isTrunk(run, groups) || isChineseMobile(run, groups);
    }

    /**
     * Returns whether the groups are a North American number, in which neither the area code nor the central office
     * code begins with 0 or 1.
     */
    private static boolean isNorthAmerican(NumberRun run, int groups) {
        boolean isWithPrefix = run.hasSizes(groups, 1, 3, 3, 4) && run.digits()[0] == 1;
        if (!(isWithPrefix || run.hasSizes(groups, 3, 3, 4)) || !run.isUniform(groups) || run.separatorOf(1) == '/') {
            return false;
        }
        int area = isWithPrefix ? 1 : 0;
        byte[] digits = run.digits();
        boolean isService = digits[area + 1] == 1 && digits[area + 2] == 1;
        return digits[area] > 1 && digits[area + 3] > 1 && !isService;
    }

    /**
     * Returns whether the groups are 9 to 12 digits that begin with a trunk 0. Full stops may only separate groups of
     * two digits, since dates have them as well.
     */
    private static boolean isTrunk(NumberRun run, int groups) {
        int count = run.digitsTo(groups - 1);
        if (run.digits()[0] != 0
                || run.digits()[1] == 0
                || groups < 2
                || groups > 5
                || count < 9
                || count > (groups > 2 ? 11 : 12)) {
            return false;
        }
        boolean isOfPairs = true;
        for (int group = 0; group < groups; group++) {
            if (run.size(group) < 2 || (group > 0 && run.separatorOf(group) == NumberRun.SEVERAL)) {
                return false;
            }
            isOfPairs &= run.size(group) == 2;
        }
        boolean isDate = run.size(0) == 2 && run.size(1) == 2 && !isOfPairs;
        return run.size(0) <= 5 && !isDate && (isOfPairs || run.separatorOf(1) != '.');
    }

    private static boolean isChineseMobile(NumberRun run, int groups) {
        return run.hasSizes(groups, 3, 4, 4) && run.isUniform(groups) && run.digits()[0] == 1 && run.digits()[1] >= 3;
    }

    /** Returns the end of digits that a preceding word identifies as a telephone number. */
    private static int named(Window text, int start, NumberRun run) {
        for (int groups = Math.min(run.groups(), 5); groups > 0; groups--) {
            int count = run.digitsTo(groups - 1);
            int end = run.positionOf(groups - 1);
            if (count <= 13 && run.mayEndAfter(groups)) {
                return count >= 6 && !Chars.isWord(text.at(end)) && CONTEXT.isBefore(text, start) ? end : NONE;
            }
        }
        return NONE;
    }
}
