/**
 * The only reader of multipart bodies (RFC 2046 §5.1, RFC 7578), incremental. Strict: a body that servers may read
 * differently is refused, so that every policy and the upstream see the same parts.
 */
@NullMarked
package io.policyengine.policies.format.multipart;

import org.jspecify.annotations.NullMarked;
