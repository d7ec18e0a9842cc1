/** Signed tokens (RFC 7515 to 7519) and the keys that verify them: strict parsing, bounded work, no network access. */
@NullMarked
package io.policyengine.policies.authentication.shared.jwt;

import org.jspecify.annotations.NullMarked;
