/**
 * The one reader of multipart bodies (RFC 2046 §5.1, RFC 7578), as they come. Strict: what one server reads in another way than the next is
 * refused, so that no policy sees other parts than another policy or the upstream.
 */
@NullMarked
package io.policyengine.policies.format.multipart;

import org.jspecify.annotations.NullMarked;
