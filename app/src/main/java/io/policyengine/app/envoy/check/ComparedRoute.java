package io.policyengine.app.envoy.check;

import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.who.change.NextRoute.Next;
import java.util.Set;

/**
 * A route of Envoy that is compared with other routes.
 *
 * @param pointer its place in the file
 * @param next how the engine treats its requests
 * @param fields the header fields by which it is chosen, in lower case
 * @param isPlain whether it is chosen by the path alone
 */
record ComparedRoute(String pointer, Next next, PathMatch paths, Set<String> fields, boolean isPlain) {
    ComparedRoute {
        fields = Set.copyOf(fields);
    }

    /** Returns whether a route policy applies to the requests of the route. */
    boolean isOf(RouteConfig policy) {
        return next instanceof Next.Policy(RouteConfig own) && own.key().equals(policy.key());
    }
}
