package io.policyengine.policies.content.shared.entities;

import java.util.Set;

/**
 * Social security numbers of the United States: nine digits in groups of three, two and four, or in one group after a
 * word for such a number. The areas 000, 666 and 900 to 999, the group 00 and the serial number 0000 are excluded,
 * since they are never issued.
 */
final class SsnDetector implements Detector {
    private static final int DIGITS = 9;
    private static final Context CONTEXT = new Context(Set.of("ssn", "ssns"), Set.of("social security"));

    @Override
    public Entity entity() {
        return Entity.US_SSN;
    }

    @Override
    public int longest() {
        return NumberRun.LONGEST;
    }

    @Override
    public boolean mayBeginWith(char first) {
        return first >= '0' && first <= '8';
    }

    @Override
    public int match(Window text, int start) {
        if (NumberRun.isInside(text, start)) {
            return NONE;
        }
        NumberRun run = text.number(start);
        int groups = groups(run);
        if (groups == 0 || !run.mayEndAfter(groups) || !isGivenOut(run)) {
            return NONE;
        }
        int end = run.positionOf(groups - 1);
        if (Chars.isWord(text.at(end)) || (groups == 1 && !CONTEXT.isBefore(text, start))) {
            return NONE;
        }
        return end;
    }

    private static int groups(NumberRun run) {
        if (run.groups() > 0 && run.size(0) == DIGITS) {
            return 1;
        }
        return run.groups() >= 3 && run.hasSizes(3, 3, 2, 4) && run.isUniform(3) && run.separatorOf(1) != '/' ? 3 : 0;
    }

    private static boolean isGivenOut(NumberRun run) {
        int area = run.value(0, 3);
        return area != 0 && area != 666 && area < 900 && run.value(3, 5) != 0 && run.value(5, DIGITS) != 0;
    }
}
