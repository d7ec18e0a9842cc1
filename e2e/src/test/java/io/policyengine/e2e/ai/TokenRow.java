package io.policyengine.e2e.ai;

/**
 * What became of a case.
 *
 * @param status of the last answer; 0 if none
 * @param asked requests that came to the provider
 * @param billed tokens that the provider took
 * @param charged tokens that the budget was charged
 */
record TokenRow(TokenCase request, int status, long asked, long billed, long charged) {
    /** The fate of what was asked. */
    enum Fate {
        /** It did not reach the provider. */
        REFUSED,
        /** The provider took nothing, and nothing was charged. */
        NOTHING_TAKEN,
        /** What was charged is what was taken. */
        COUNTED,
        /** More was charged than was taken. */
        CHARGED_MORE,
        /** Less was charged than was taken. */
        CHARGED_LESS,
        /** Tokens were taken, and none charged. */
        FREE
    }

    /** What became of it. */
    Fate fate() {
        if (billed > 0 && charged <= 0) {
            return Fate.FREE;
        }
        if (asked == 0) {
            return Fate.REFUSED;
        }
        if (billed == charged) {
            return billed == 0 ? Fate.NOTHING_TAKEN : Fate.COUNTED;
        }
        return billed < charged ? Fate.CHARGED_MORE : Fate.CHARGED_LESS;
    }

    @Override
    public String toString() {
        return "%-58s %3d %7d %8d  %s".formatted(request, status, billed, charged, fate());
    }
}
