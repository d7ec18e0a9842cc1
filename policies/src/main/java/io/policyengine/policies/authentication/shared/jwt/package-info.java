/** Signed tokens (RFC 7515 to 7519) and the keys that verify them: strict reading, bounded work, no network. */
@NullMarked
package io.policyengine.policies.authentication.shared.jwt;

import org.jspecify.annotations.NullMarked;
