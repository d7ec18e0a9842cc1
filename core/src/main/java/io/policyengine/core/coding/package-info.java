/**
 * Content codings (RFC 9110 §8.4.1): opens compressed bodies and compresses them again, whole or chunk by chunk. It works on the
 * caller's thread, never waits, and holds native memory until it is closed.
 */
@Internal
@NullMarked
package io.policyengine.core.coding;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
