package io.policyengine.policies.content.graphqlprotection.document;

import io.policyengine.policies.content.graphqlprotection.document.Document.Fragment;
import io.policyengine.policies.content.graphqlprotection.document.GraphqlFault.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Orders fragments so that each follows the fragments that it spreads, in linear time and without recursion. */
final class FragmentOrder {
    private FragmentOrder() {}

    /**
     * Returns the fragments in an order in which each follows the fragments that it spreads.
     *
     * @param fragments by name, including all that are spread
     * @throws GraphqlFault if fragments spread each other in a circle
     */
    static Map<String, Fragment> of(Map<String, Fragment> fragments) throws GraphqlFault {
        Map<String, Integer> missing = new HashMap<>();
        Map<String, List<String>> usersOf = new HashMap<>();
        Deque<String> ready = new ArrayDeque<>();
        fragments.forEach((name, fragment) -> {
            missing.put(name, fragment.spreads().size());
            if (fragment.spreads().isEmpty()) {
                ready.add(name);
            }
            fragment.spreads()
                    .forEach(spread -> usersOf.computeIfAbsent(spread, _ -> new ArrayList<>())
                            .add(name));
        });
        Map<String, Fragment> ordered = new LinkedHashMap<>();
        for (String name = ready.poll(); name != null; name = ready.poll()) {
            Fragment fragment = fragments.get(name);
            if (fragment != null) {
                ordered.put(name, fragment);
            }
            for (String user : usersOf.getOrDefault(name, List.of())) {
                if (missing.merge(user, -1, Integer::sum) == 0) {
                    ready.add(user);
                }
            }
        }
        if (ordered.size() < fragments.size()) {
            throw new GraphqlFault(Kind.CYCLE);
        }
        return Collections.unmodifiableMap(ordered);
    }
}
