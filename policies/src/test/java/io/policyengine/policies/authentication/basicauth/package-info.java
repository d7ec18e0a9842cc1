/** Tests. */
@NullMarked
package io.policyengine.policies.authentication.basicauth;

import org.jspecify.annotations.NullMarked;
