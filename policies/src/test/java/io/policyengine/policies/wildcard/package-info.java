/** Tests of names with asterisks. */
@NullMarked
package io.policyengine.policies.wildcard;

import org.jspecify.annotations.NullMarked;
