/** Tests. */
@NullMarked
package io.policyengine.policies.authentication.jwtvalidation;

import org.jspecify.annotations.NullMarked;
