/** Names in which {@code *} matches any number of characters, for lists in the parameters of policies. */
@NullMarked
package io.policyengine.policies.shared.wildcard;

import org.jspecify.annotations.NullMarked;
