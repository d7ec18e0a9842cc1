/** The components of a request that a signature covers (RFC 9421 §2), their values, and the digest of the body. */
@NullMarked
package io.policyengine.policies.authentication.hmacsignature.component;

import org.jspecify.annotations.NullMarked;
