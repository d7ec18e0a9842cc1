package io.policyengine.policies.content.shared.entities;

/**
 * Payment cards: numbers in the current ranges of issuers, with a length that the range permits, and with Luhn's check
 * digit.
 *
 * <p>The digits must be grouped as on a card, or in groups of equal size. Other digits with blanks, such as columns of
 * numbers, are not cards.
 */
final class CardDetector implements Detector {
    private static final int MIN_DIGITS = 12;

    /** Maximum number of digits of a payment card. */
    private static final int MAX_DIGITS = 19;

    /** Number of leading digits that identify the issuer. */
    private static final int PREFIX = 6;

    @Override
    public Entity entity() {
        return Entity.CREDIT_CARD;
    }

    @Override
    public int longest() {
        return NumberRun.LONGEST;
    }

    @Override
    public boolean mayBeginWith(char first) {
        return Chars.isDigit(first);
    }

    @Override
    public boolean mayBeginBehindALetter() {
        return true;
    }

    @Override
    public int match(Window text, int start) {
        int before = text.at(start - 1);
        if (Chars.isDigit(before) || (before == '.' && Chars.isDigit(text.at(start - 2)))) {
            return NONE;
        }
        NumberRun run = text.number(start);
        for (int groups = run.groups(); groups > 0; groups--) {
            int length = run.digitsTo(groups - 1);
            if (length < MIN_DIGITS) {
                return NONE;
            }
            int end = run.positionOf(groups - 1);
            if (length <= MAX_DIGITS
                    && isCard(run, groups, length)
                    && !Chars.isLetter(text.at(end))
                    && !(text.at(end) == '.' && Chars.isDigit(text.at(end + 1)) && groups == 1)) {
                return end;
            }
        }
        return NONE;
    }

    private static boolean isCard(NumberRun run, int groups, int length) {
        return isIssued(run.value(0, PREFIX), length)
                && CheckDigits.luhn(run.digits(), length)
                && isGroupedLikeACard(run, groups)
                && !isArticle(run, length);
    }

    /**
     * Returns whether the number is an article number. Article numbers are as long as old Visa cards and may begin with
     * the same digit.
     */
    private static boolean isArticle(NumberRun run, int length) {
        return length == 13 && run.digits()[0] == 4 && CheckDigits.article(run.digits(), length);
    }

    private static boolean isGroupedLikeACard(NumberRun run, int groups) {
        return groups == 1
                || run.hasSizes(groups, 4, 6, 5)
                || run.hasSizes(groups, 4, 6, 4)
                || run.hasSizes(groups, 4, 3, 3, 3)
                || run.hasSizes(groups, 6, 13)
                || isEven(run, groups);
    }

    /**
     * Returns whether all groups have the same size; the last may be shorter. Groups of fewer than four digits must all
     * have the same separator.
     */
    private static boolean isEven(NumberRun run, int groups) {
        int size = run.size(0);
        for (int group = 1; group < groups - 1; group++) {
            if (run.size(group) != size) {
                return false;
            }
        }
        return run.size(groups - 1) <= size && (size >= 4 || run.isUniform(groups));
    }

    private static boolean isIssued(int prefix, int length) {
        return switch (prefix / 100_000) {
            case 2 ->
                isBetween(prefix, 222_100, 272_099)
                        ? length == 16
                        : isBetween(prefix, 220_000, 220_499) && length >= 16;
            case 3 -> isOfThree(prefix, length);
            case 4 -> length == 13 || length == 16 || length == 18 || length == 19;
            case 5 ->
                isBetween(prefix, 510_000, 559_999)
                        ? length == 16
                        : isMaestro(prefix) || (isVerve(prefix) && length >= 16);
            case 6 -> isOfSix(prefix, length);
            case 8 -> isBetween(prefix, 810_000, 829_999) && length >= 16;
            case 9 -> isBetween(prefix, 979_200, 979_299) && length == 16;
            default -> false;
        };
    }

    /**
     * Returns whether a prefix that begins with 3 belongs to cards with the given number of digits: American Express,
     * Diners Club or JCB.
     */
    private static boolean isOfThree(int prefix, int length) {
        int two = prefix / 10_000;
        if (two == 34 || two == 37) {
            return length == 15;
        }
        if (isBetween(prefix, 352_800, 358_999)) {
            return length >= 16;
        }
        return (isBetween(prefix, 300_000, 305_999)
                        || isBetween(prefix, 309_500, 309_599)
                        || two == 36
                        || two == 38
                        || two == 39)
                && (length == 14 || length == 16);
    }

    /**
     * Returns whether a prefix that begins with 6 belongs to cards with the given number of digits: Discover, UnionPay,
     * RuPay or Maestro.
     */
    private static boolean isOfSix(int prefix, int length) {
        boolean isDiscoverOrUnionPay = isBetween(prefix, 601_100, 601_199)
                || isBetween(prefix, 644_000, 659_999)
                || isBetween(prefix, 620_000, 629_999)
                || isBetween(prefix, 606_900, 608_999);
        return isDiscoverOrUnionPay ? length >= 16 : isMaestro(prefix);
    }

    private static boolean isMaestro(int prefix) {
        return switch (prefix / 100) {
            case 5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763 -> true;
            default -> false;
        };
    }

    private static boolean isVerve(int prefix) {
        return isBetween(prefix, 506_099, 506_198);
    }

    private static boolean isBetween(int value, int first, int last) {
        return value >= first && value <= last;
    }
}
