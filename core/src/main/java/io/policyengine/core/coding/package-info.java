/**
 * Content codings (RFC 9110 §8.4.1): decodes and encodes bodies, whole or chunk by chunk. Works on the caller's thread,
 * never waits, and holds native memory until closed.
 */
@Internal
@NullMarked
package io.policyengine.core.coding;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
