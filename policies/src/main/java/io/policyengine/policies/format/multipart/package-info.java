/**
 * The only reader of multipart bodies (RFC 2046 §5.1, RFC 7578), incremental. Strict: a body that servers may read
 * differently is refused, so that no policy sees other parts than another policy or the upstream.
 */
@NullMarked
package io.policyengine.policies.format.multipart;

import org.jspecify.annotations.NullMarked;
