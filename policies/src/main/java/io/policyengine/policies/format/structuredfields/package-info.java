/** Structured field values for HTTP (RFC 9651): a strict parser and a serializer. */
@NullMarked
package io.policyengine.policies.format.structuredfields;

import org.jspecify.annotations.NullMarked;
