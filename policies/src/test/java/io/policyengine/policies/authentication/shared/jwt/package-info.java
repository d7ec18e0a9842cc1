/** Tests. */
@NullMarked
package io.policyengine.policies.authentication.shared.jwt;

import org.jspecify.annotations.NullMarked;
