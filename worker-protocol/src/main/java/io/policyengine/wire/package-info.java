/** Checks limits of received Protocol Buffers messages before they are decoded. */
@NullMarked
package io.policyengine.wire;

import org.jspecify.annotations.NullMarked;
