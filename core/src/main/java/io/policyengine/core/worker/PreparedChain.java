package io.policyengine.core.worker;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import java.util.List;

/**
 * The result of preparing a chain, which is not callable if an entry is bad.
 *
 * @param unfinished whether it may be good later without a change: preparation takes long, or a file does not answer;
 *     never of a callable chain
 */
public record PreparedChain(long id, List<Entry> entries, boolean unfinished) {
    /** Creates a chain whose preparation is complete. */
    public PreparedChain(long id, List<Entry> entries) {
        this(id, entries, false);
    }

    public boolean isCallable() {
        return entries.stream().allMatch(Entry::isGood);
    }

    /**
     * An entry, in the order of the specification.
     *
     * @param problems of the parameters; empty if they are valid
     * @param bodyNeed the need of its phase's body with these parameters
     * @param keepsRequestBody whether its response phase reads the request's body with these parameters
     * @param facts with these parameters
     */
    public record Entry(
            boolean unknownPolicy,
            List<ParamProblem> problems,
            BodyNeed bodyNeed,
            boolean keepsRequestBody,
            EntryFacts facts) {
        /** Creates an entry that does not read the request's body in the response phase. */
        public Entry(boolean unknownPolicy, List<ParamProblem> problems, BodyNeed bodyNeed, EntryFacts facts) {
            this(unknownPolicy, problems, bodyNeed, false, facts);
        }

        public boolean isGood() {
            return !unknownPolicy && problems.isEmpty();
        }
    }
}
