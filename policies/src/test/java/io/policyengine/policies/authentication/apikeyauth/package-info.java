/** Tests. */
@NullMarked
package io.policyengine.policies.authentication.apikeyauth;

import org.jspecify.annotations.NullMarked;
