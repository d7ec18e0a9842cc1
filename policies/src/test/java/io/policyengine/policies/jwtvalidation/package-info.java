/** Tests. */
@NullMarked
package io.policyengine.policies.jwtvalidation;

import org.jspecify.annotations.NullMarked;
