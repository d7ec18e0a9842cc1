/** Limits of received Protocol Buffers messages, checked before a message is decoded. */
@NullMarked
package io.policyengine.wire;

import org.jspecify.annotations.NullMarked;
