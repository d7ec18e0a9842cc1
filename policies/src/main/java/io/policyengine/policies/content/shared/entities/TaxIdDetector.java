package io.policyengine.policies.content.shared.entities;

/**
 * German tax identification numbers: eleven digits. The first digit is not 0, and the last is a check digit. Among the
 * first ten, exactly one digit occurs two or three times, but never three times in a row.
 */
final class TaxIdDetector implements Detector {
    private static final int DIGITS = 11;

    @Override
    public Entity entity() {
        return Entity.DE_TAX_ID;
    }

    @Override
    public int longest() {
        return NumberRun.LONGEST;
    }

    @Override
    public boolean mayBeginWith(char first) {
        return first > '0' && first <= '9';
    }

    @Override
    public int match(Window text, int start) {
        if (NumberRun.isInside(text, start)) {
            return NONE;
        }
        NumberRun run = text.number(start);
        int groups = groups(run);
        if (groups == 0
                || !run.mayEndAfter(groups)
                || !CheckDigits.mod11And10(run.digits(), DIGITS)
                || !hasOneRepeated(run)) {
            return NONE;
        }
        int end = run.positionOf(groups - 1);
        return Chars.isWord(text.at(end)) ? NONE : end;
    }

    private static int groups(NumberRun run) {
        if (run.groups() > 0 && run.size(0) == DIGITS) {
            return 1;
        }
        return run.groups() >= 4 && run.hasSizes(4, 2, 3, 3, 3) && run.isUniform(4) ? 4 : 0;
    }

    private static boolean hasOneRepeated(NumberRun run) {
        int[] times = new int[10];
        int repeated = 0;
        for (int i = 0; i < DIGITS - 1; i++) {
            byte digit = run.digits()[i];
            times[digit]++;
            repeated += times[digit] == 2 ? 1 : 0;
            boolean isThirdInARow = i > 1 && digit == run.digits()[i - 1] && digit == run.digits()[i - 2];
            if (times[digit] > 3 || repeated > 1 || isThirdInARow) {
                return false;
            }
        }
        return repeated == 1;
    }
}
