/** Limits of received Protocol Buffers messages, applied before anything is decoded. */
@NullMarked
package io.policyengine.wire;

import org.jspecify.annotations.NullMarked;
