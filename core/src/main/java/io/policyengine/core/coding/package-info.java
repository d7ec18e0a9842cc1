/**
 * Decodes and encodes the content codings of bodies (RFC 9110 §8.4.1), as a whole or chunk by chunk. Runs on the
 * caller's thread without blocking. A coder holds native memory until it is closed.
 */
@Internal
@NullMarked
package io.policyengine.core.coding;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
