package io.policyengine.core.lint;

import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Fact;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds entries that never get their required token. A token is passed on only within one call of a worker. A new call
 * begins at an entry of another worker, and at the first entry that reads a whole body. It also begins after an entry
 * that may replace an identity of an earlier call.
 */
final class TokenLint {
    private static final String REMEDY = ": put it directly behind the entry that validates the token, in the same"
            + " worker, and behind no entry of another worker that authenticates";

    private final List<LintEntry> chain;
    private final int bodyReader;

    /** Creates the check of a request flow. Entries with mode {@code off} are ignored, since they belong to no call. */
    TokenLint(List<LintEntry> flow, ProcessingMode mode) {
        this.chain = flow.stream().filter(LintEntry::isCalled).toList();
        this.bodyReader = readsWholeBody(mode)
                ? IntStream.range(0, chain.size())
                        .filter(index -> chain.get(index).bodyNeed() != BodyNeed.NONE)
                        .findFirst()
                        .orElse(-1)
                : -1;
    }

    private boolean readsWholeBody(ProcessingMode mode) {
        return switch (mode) {
            case BUFFERED_BODY -> true;
            case AUTO -> chain.stream().anyMatch(entry -> entry.bodyNeed() == BodyNeed.BUFFERED);
            case HEADERS_ONLY, STREAMING -> false;
        };
    }

    void check(FlowLint.Findings findings) {
        for (var index = 0; index < chain.size(); index++) {
            var entry = chain.get(index);
            var why = entry.isEnforced() && entry.has(Fact.NEEDS_TOKEN) ? loss(index) : null;
            if (why != null) {
                findings.add(
                        entry,
                        LintCode.TOKEN_NOT_PASSED_ON,
                        entry.config().source().policy(),
                        "'" + entry.config().name() + "' needs the token that an earlier entry has validated, but "
                                + why + REMEDY);
            }
        }
    }

    /**
     * Returns the reason why no token reaches the entry, or null if a token may reach it. Also returns null if no
     * earlier entry identifies the client; another lint reports that.
     */
    private @Nullable String loss(int needing) {
        var isIdentified = false;
        String why = "no earlier entry passes one on";
        for (var index = 0; index < needing; index++) {
            var entry = chain.get(index);
            if (entry.facts() == null) {
                return null;
            }
            isIdentified |= identifies(entry);
            if (entry.isEnforced() && entry.has(Fact.PASSES_TOKEN)) {
                why = lossBetween(index, needing);
                if (why == null) {
                    return null;
                }
            }
        }
        return isIdentified ? why : null;
    }

    /** Returns the reason why the token of one entry does not reach another entry, or null if it may. */
    private @Nullable String lossBetween(int passing, int needing) {
        var worker = chain.get(passing).worker();
        for (var index = passing + 1; index <= needing; index++) {
            var entry = chain.get(index);
            if (!entry.worker().equals(worker)) {
                return "worker '" + entry.worker() + "' does not get it: " + name(passing) + " runs in '" + worker
                        + "'";
            }
            if (index == bodyReader) {
                return "a new call begins at " + name(index) + ", which reads the whole body";
            }
            if (index < needing && identifies(entry) && entry.deniesAnonymous()) {
                return name(index) + " replaces the identity to which it belongs";
            }
        }
        var start = passing;
        while (start > 0 && chain.get(start - 1).worker().equals(worker)) {
            start--;
        }
        return chain.subList(0, start).stream()
                .filter(TokenLint::identifies)
                .findFirst()
                .map(earlier -> "a new call begins behind " + name(passing) + ", which may replace the identity of '"
                        + earlier.config().name() + "'")
                .orElse(null);
    }

    private static boolean identifies(LintEntry entry) {
        return entry.isEnforced() && entry.mayHave(Fact.PROVIDES_IDENTITY);
    }

    private String name(int index) {
        return "'" + chain.get(index).config().name() + "'";
    }
}
