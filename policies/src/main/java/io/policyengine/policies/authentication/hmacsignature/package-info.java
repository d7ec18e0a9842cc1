/**
 * Policy {@code hmacSignature}: authenticates by a signature of the request (RFC 9421, or an HMAC in header fields).
 */
@NullMarked
package io.policyengine.policies.authentication.hmacsignature;

import org.jspecify.annotations.NullMarked;
