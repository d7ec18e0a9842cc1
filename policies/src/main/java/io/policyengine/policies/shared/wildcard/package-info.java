/** Names in which {@code *} matches any characters, for the lists of policies. */
@NullMarked
package io.policyengine.policies.shared.wildcard;

import org.jspecify.annotations.NullMarked;
