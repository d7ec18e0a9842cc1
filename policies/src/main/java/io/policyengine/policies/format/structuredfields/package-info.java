/** Structured field values for HTTP (RFC 9651): a strict parser, and the one way to write what it reads. */
@NullMarked
package io.policyengine.policies.format.structuredfields;

import org.jspecify.annotations.NullMarked;
