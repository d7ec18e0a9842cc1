package io.policyengine.app.who.trial;

import java.util.HashSet;
import java.util.Set;

/**
 * The behaviour of stand-ins during one request. Entries are named by the policies of their stand-ins.
 *
 * @param withoutCredentials the entries for which the request has no credentials
 * @param away the entries whose dependency is unavailable, so that they fail
 * @param lenient the entries that let the request pass without their effect, as a parameter permits
 * @param overloaded the entries that fail because of overload
 * @param answering the entries that answer from memory
 * @param skipping the entries that skip the rest of their flow
 * @param dropping the entries that remove the identity
 * @param awayCalls the entries whose calls fail because their worker is unavailable
 * @param overloadedCalls the entries whose calls are refused because of overload
 */
record TrialCase(
        Set<String> withoutCredentials,
        Set<String> away,
        Set<String> lenient,
        Set<String> overloaded,
        Set<String> answering,
        Set<String> skipping,
        Set<String> dropping,
        Set<String> awayCalls,
        Set<String> overloadedCalls) {

    /** Returns a case without failures, to which circumstances can be added. */
    static TrialCase empty() {
        return new TrialCase(
                new HashSet<>(),
                new HashSet<>(),
                new HashSet<>(),
                new HashSet<>(),
                new HashSet<>(),
                new HashSet<>(),
                new HashSet<>(),
                new HashSet<>(),
                new HashSet<>());
    }
}
