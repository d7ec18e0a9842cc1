package io.policyengine.policies.content.shared.entities;

/**
 * Aadhaar numbers: twelve digits, in one group or in three groups of four. The first digit is from 2 to 9, and the last
 * is Verhoeff's check digit.
 */
final class AadhaarDetector implements Detector {
    private static final int DIGITS = 12;

    @Override
    public Entity entity() {
        return Entity.IN_AADHAAR;
    }

    @Override
    public int longest() {
        return NumberRun.LONGEST;
    }

    @Override
    public boolean mayBeginWith(char first) {
        return first >= '2' && first <= '9';
    }

    @Override
    public int match(Window text, int start) {
        if (NumberRun.isInside(text, start)) {
            return NONE;
        }
        NumberRun run = text.number(start);
        int groups = groups(run);
        if (groups == 0 || !run.mayEndAfter(groups) || !CheckDigits.verhoeff(run.digits(), DIGITS)) {
            return NONE;
        }
        boolean goesOnFromBefore =
                groups > 1 && text.at(start - 1) == run.separatorOf(1) && Chars.isDigit(text.at(start - 2));
        int end = run.positionOf(groups - 1);
        return goesOnFromBefore || Chars.isWord(text.at(end)) ? NONE : end;
    }

    private static int groups(NumberRun run) {
        if (run.groups() > 0 && run.size(0) == DIGITS) {
            return 1;
        }
        return run.groups() >= 3 && run.hasSizes(3, 4, 4, 4) && run.isUniform(3) ? 3 : 0;
    }
}
