package io.policyengine.core.worker;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import java.util.List;

/**
 * The result of preparing a chain. A chain with an invalid entry cannot be called.
 *
 * @param unfinished whether a later attempt may succeed with the same configuration, because preparation takes long or
 *     a file does not respond; always false for a chain that can be called
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
     * The result of preparing an entry. The results are in the order of the chain's entries.
     *
     * @param problems problems of the parameters; empty if they are valid
     * @param bodyNeed how much of its phase's body the policy needs with these parameters, and in which form
     * @param keepsRequestBody whether the policy reads the request body in the response phase with these parameters
     * @param facts the entry's facts with these parameters
     */
    public record Entry(
            boolean unknownPolicy,
            List<ParamProblem> problems,
            BodyNeed bodyNeed,
            boolean keepsRequestBody,
            EntryFacts facts) {
        /** Creates the result for an entry that does not read the request body in the response phase. */
        public Entry(boolean unknownPolicy, List<ParamProblem> problems, BodyNeed bodyNeed, EntryFacts facts) {
            this(unknownPolicy, problems, bodyNeed, false, facts);
        }

        public boolean isGood() {
            return !unknownPolicy && problems.isEmpty();
        }
    }
}
