/** Names in which {@code *} stands for any characters, as the lists of policies write them. */
@NullMarked
package io.policyengine.policies.shared.wildcard;

import org.jspecify.annotations.NullMarked;
