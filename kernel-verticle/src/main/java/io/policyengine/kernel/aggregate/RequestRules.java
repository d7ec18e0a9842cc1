package io.policyengine.kernel.aggregate;

import io.policyengine.core.http.PathFault;
import io.policyengine.core.policy.IdentityFields;
import java.util.Set;

/**
 * The rules of a route for changes of its requests.
 *
 * @param allowInPath the path faults that the route accepts
 * @param identityFields the request fields of a former identity, removed when an entry announces another identity
 */
public record RequestRules(Set<PathFault> allowInPath, IdentityFields identityFields) {}
