/** Tests of names with asterisks. */
@NullMarked
package io.policyengine.policies.shared.wildcard;

import org.jspecify.annotations.NullMarked;
