package io.policyengine.core.lint;

import io.policyengine.core.error.LintCode;
import io.policyengine.core.policy.IdSpace;
import java.util.List;

/** Checks whether two issuers, of one authenticating entry or of two, may give the same id to different clients. */
final class IssuerLint {
    private static final String REMEDY =
            ": give each issuer a different 'id_prefix', and let no prefix begin with another";

    private IssuerLint() {}

    /**
     * Reports each entry that may give clients of two issuers the same id, or else an id that an earlier entry gives to
     * another client.
     */
    static void check(List<LintEntry> chain, FlowLint.Findings findings) {
        for (var index = 0; index < chain.size(); index++) {
            var entry = chain.get(index);
            if (isAmbiguous(entry)) {
                report(
                        findings,
                        entry,
                        "accepts several issuers, and the upstream cannot distinguish an id of one from the"
                                + " same id of another");
                continue;
            }
            chain.subList(0, index).stream()
                    .filter(earlier -> conflict(entry, earlier))
                    .findFirst()
                    .ifPresent(earlier -> report(
                            findings,
                            entry,
                            "may give a client the same id as '"
                                    + earlier.config().name()
                                    + "' gives another client, and the upstream cannot distinguish them"));
        }
    }

    private static boolean isAmbiguous(LintEntry entry) {
        return entry.idSpaces().stream().map(IdSpace::prefix).distinct().count()
                < entry.idSpaces().size();
    }

    private static boolean conflict(LintEntry entry, LintEntry earlier) {
        return entry.idSpaces().stream()
                .anyMatch(space -> earlier.idSpaces().stream().anyMatch(space::conflictsWith));
    }

    private static void report(FlowLint.Findings findings, LintEntry entry, String what) {
        findings.add(
                entry,
                LintCode.ISSUERS_SHARE_IDS,
                entry.config().source().policy(),
                "'" + entry.config().name() + "' " + what + REMEDY);
    }
}
